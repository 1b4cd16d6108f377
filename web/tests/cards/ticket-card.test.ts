import { describe, expect, it, vi } from "vitest";
import { h, nextTick, reactive } from "vue";
import { ApiError } from "../../widget/api/api";
import TicketCard from "../../widget/cards/TicketCard.vue";
import { mounted, words } from "../mounted";
import { aProgress, aTicket } from "../samples";

const TICKET = aTicket({ priority: "urgent" });

describe("the ticket card", () => {
  it("shows the number and the word that goes with it", () => {
    const { place } = mounted(TicketCard, { ticket: TICKET });
    expect([...place.querySelectorAll("dd")].map(words)).toEqual(["20261122-0007", "abcd"]);
  });

  it("marks what is urgent, and nothing else", () => {
    expect(words(mounted(TicketCard, { ticket: TICKET }).place)).toContain("紧急");
    expect(
      words(mounted(TicketCard, { ticket: { ...TICKET, priority: "normal" } }).place),
    ).not.toContain("紧急");
  });

  it("does without a word that the service no longer tells, and then asks for nothing", () => {
    const progress = vi.fn();
    const { place } = mounted(
      TicketCard,
      { ticket: { ...TICKET, code: null, created: false } },
      { progress },
    );
    expect(words(place.querySelector("button"))).toBe("复制单号");
    expect(progress).not.toHaveBeenCalled();
  });

  it("lists what to get ready, how, and what is there already", async () => {
    const progress = vi.fn(async () => aProgress());
    const { place } = mounted(TicketCard, { ticket: TICKET }, { progress });
    await vi.waitFor(() => expect(place.querySelectorAll(".checklist li")).toHaveLength(2));
    expect(progress).toHaveBeenCalledWith("20261122-0007", "abcd");
    const [has, lacks] = [...place.querySelectorAll(".checklist li")].map(words);
    expect(has).toMatch(/^已有.*商标现在有效、归您/);
    expect(lacks).toMatch(/^待备.*买到的侵权货.*正常买一件，留好小票/);
    expect(words(place.querySelector(".fold summary"))).toContain("还差 1 项");
  });

  it("says in Chinese that the list cannot be had, and can be asked again", async () => {
    const outcomes = [Promise.reject(new ApiError("网络不通，请检查网络后重试。"))];
    const progress = () => outcomes.shift() ?? Promise.resolve(aProgress());
    const { place } = mounted(TicketCard, { ticket: TICKET }, { progress });
    await vi.waitFor(() => expect(words(place.querySelector(".failed"))).toContain("网络不通"));
    [...place.querySelectorAll("button")].at(-1)?.click();
    await vi.waitFor(() => expect(place.querySelector(".checklist")).not.toBeNull());
    expect(place.querySelector(".failed")).toBeNull();
  });

  it("shows what was done about it, and looks again when there is news", async () => {
    const props = reactive({ ticket: TICKET, news: 0 });
    const note = { text: "工作人员已开始办理。", at: "2026-11-23T01:00:00Z" };
    const same = { text: "工单已登记，等待分派。", at: "2026-11-22T01:00:00Z" };
    const progress = vi.fn(async () => aProgress({ notes: props.news ? [same, note] : [same] }));
    const Shown = () => h(TicketCard, props);
    const { place } = mounted(Shown, {}, { progress });
    await vi.waitFor(() => expect(place.querySelector(".ticket-progress")).not.toBeNull());
    expect(place.querySelector(".ticket-notes")).toBeNull();
    props.news = 1;
    await vi.waitFor(() =>
      expect(words(place.querySelector(".ticket-notes"))).toBe(
        "2026年11月23日：工作人员已开始办理。",
      ),
    );
  });

  it("asks how content its visitor was once it is settled, and only where he has not said it", async () => {
    const progress = async () => aProgress({ status: "done" });
    const rateTicket = vi.fn(async () => {});
    const { place } = mounted(TicketCard, { ticket: TICKET }, { progress, rateTicket });
    await vi.waitFor(() => expect(place.querySelector(".rating")).not.toBeNull());
    const press = async (label: string) => {
      [...place.querySelectorAll("button")].find((button) => words(button) === label)!.click();
      await nextTick();
    };
    await press("满意");
    await press("提交");
    expect(rateTicket).toHaveBeenCalledExactlyOnceWith("20261122-0007", "abcd", { score: 4 });
    await vi.waitFor(() => expect(words(place.querySelector(".rating"))).toContain("谢谢您"));

    const again = mounted(TicketCard, { ticket: TICKET }, { progress, isRated: () => true });
    await vi.waitFor(() => expect(words(again.place)).toContain("进度"));
    expect(again.place.querySelector(".rating")).toBeNull();
  });

  it("asks nothing while it is worked on", async () => {
    const { place } = mounted(TicketCard, { ticket: TICKET });
    await vi.waitFor(() => expect(words(place)).toContain("进度"));
    expect(place.querySelector(".rating")).toBeNull();
  });
});
