import { beforeEach, describe, expect, it } from "vitest";
import { DeskError } from "../../../console/api/problems";
import type { NewRevision, WholeItem } from "../../../console/content/contract";
import { Editor, type Service } from "../../../console/content/editing/editor";
import { Keeping } from "../../../console/content/editing/keeping";
import { aRevision, aWhole, BODY, NAME } from "./samples";

const ME = 7;
const NOTHING = { title: "", asks: [], from: "" };
const says = (text: string) => BODY.replace("先交诉讼费，数目看争多少钱。", text);

/** The service in memory: one item, what was proposed, and what it refuses. */
class Fake implements Service {
  proposed: NewRevision[] = [];
  submitted: number[] = [];
  refuses: DeskError | null = null;
  wrong: DeskError | null = null;

  constructor(public whole: WholeItem = aWhole()) {}

  item = async () => this.whole;
  propose = async (one: NewRevision) => {
    if (this.refuses) throw this.refuses;
    this.proposed.push(one);
    const stored = aRevision({ id: 40 + this.proposed.length, body: one.body ?? null });
    const item = { ...this.whole.item, version: this.whole.item.version + 1 };
    this.whole = { ...this.whole, item, revisions: [stored] };
    return stored;
  };
  submit = async (id: number) => {
    if (this.wrong) throw this.wrong;
    this.submitted.push(id);
    return null;
  };
}

function changedMeanwhile(body: string): DeskError {
  const theirs = { body, author: "王芳", number: 4 };
  return new DeskError("别人改了", 409, "changed_meanwhile", null, { theirs, version: 9 });
}

let service: Fake;
const keeping = new Keeping(ME);
const editor = () => new Editor(keeping, ME, service);

async function opened(): Promise<Editor> {
  const one = editor();
  await one.open(NAME, NOTHING);
  return one;
}

beforeEach(() => {
  localStorage.clear();
  service = new Fake();
});

describe("an item that is edited", () => {
  it("begins with what is in use, or with one's own draft", async () => {
    expect((await opened()).typed.body).toBe(BODY);
    service.whole = aWhole({
      revisions: [aRevision({ body: says("我的草稿。"), reason: "试试" })],
    });
    const mine = await opened();
    expect([mine.typed.body, mine.typed.reason]).toEqual([says("我的草稿。"), "试试"]);
    service.whole = aWhole({ revisions: [aRevision({ body: says("别人的。"), author_id: 8 })] });
    expect((await opened()).typed.body).toBe(BODY);
  });

  it("is stored over the version that was seen, with its reason, days and sources", async () => {
    const one = await opened();
    Object.assign(one.typed, { reason: " 标准变了 ", from: "2027-01-01", sources: "甲\n\n 乙 " });
    await one.store();
    expect(service.proposed).toEqual([
      {
        ...{ ...NAME, body: BODY, over: 3, reason: "标准变了" },
        ...{ effective_from: "2027-01-01", expires_on: null, sources: ["甲", "乙"] },
      },
    ]);
  });

  it("keeps what was typed across a reload, until the service has it", async () => {
    const before = await opened();
    before.typed.body = says("还没写完");
    before.keep();

    const after = await opened();
    expect([after.typed.body, after.wasKept.value]).toEqual([says("还没写完"), true]);
    await after.store();
    expect((await opened()).wasKept.value).toBe(false);
  });

  it("keeps nothing where nothing was typed, and forgets when it is told to", async () => {
    const one = await opened();
    one.keep();
    expect((await opened()).wasKept.value).toBe(false);
    one.typed.reason = "写了一半";
    one.keep();
    const again = await opened();
    again.forget();
    expect([again.typed.reason, again.typed.body]).toEqual(["", BODY]);
    expect((await opened()).wasKept.value).toBe(false);
  });

  it("keeps what is typed for another account apart", async () => {
    const one = await opened();
    one.typed.reason = "我的";
    one.keep();
    expect(new Keeping(8).get("answer answers/court.yml fee")).toBeNull();
  });
});

describe("somebody else's change that came between", () => {
  it("is shown, and nothing typed is lost, also across a reload", async () => {
    const one = await opened();
    one.typed.body = says("我写的。");
    one.keep();
    service.refuses = changedMeanwhile(says("她写的。"));

    expect(await one.store()).toBeNull();
    expect(one.between.value?.theirs).toMatchObject({ author: "王芳", body: says("她写的。") });
    expect(one.typed.body).toBe(says("我写的。"));
    expect((await opened()).typed.body).toBe(says("我写的。"));
  });

  it("is gone on over once it was seen", async () => {
    const one = await opened();
    service.refuses = changedMeanwhile(says("她写的。"));
    await one.store();
    service.refuses = null;
    one.settle(says("合起来的。"));
    await one.store();
    expect(service.proposed.at(-1)).toMatchObject({ over: 9, body: says("合起来的。") });
    expect(one.between.value).toBeNull();
  });
});

describe("handing in", () => {
  it("stores first and then submits what was stored", async () => {
    expect(await (await opened()).handIn()).toEqual({ isIn: true, problems: [] });
    expect(service.submitted).toEqual([41]);
  });

  it("tells what is wrong by line, and the next attempt goes over the stored draft", async () => {
    const problems = [{ line: 9, message: "查无此条" }];
    service.wrong = new DeskError("不行", 422, "content_invalid", null, { problems });
    const one = await opened();
    expect(await one.handIn()).toEqual({ isIn: false, problems });
    service.wrong = null;
    await one.handIn();
    expect(service.proposed.map(({ over }) => over)).toEqual([3, 4]);
  });
});

describe("what an address brings along", () => {
  const BROUGHT = { title: "", asks: ["要交多少", "打官司要多少钱"], from: "cluster:7" };

  it("adds wordings to an answer, each once, with a reason and where they come from", async () => {
    const one = editor();
    await one.open(NAME, BROUGHT);
    expect(one.typed.body).toBe(BODY.replace("- 法院收费吗\n", "- 法院收费吗\n- 要交多少\n"));
    expect(one.typed.reason).toBe("补上来访者用过的问法");
    expect(one.typed.sources).toContain("第 7 组");
  });

  it("begins a new answer with its wordings", () => {
    const one = editor();
    one.write({ kind: "answer", file: "", key: "desk-1" }, BROUGHT);
    expect(one.typed.body).toContain("asks:\n- 要交多少\n- 打官司要多少钱\n");
    one.call({ kind: "answer", file: "answers/court.yml", key: "court-fee" }, "id");
    expect(one.typed.body).toContain("id: court-fee\nasks:\n- 要交多少\n");
  });

  it("does not mix one new answer with another that was begun", () => {
    const first = editor();
    first.write({ kind: "answer", file: "", key: "desk-1" }, NOTHING);
    first.typed.reason = "先写的";
    first.keep();
    const second = editor();
    second.write({ kind: "answer", file: "", key: "desk-2" }, BROUGHT);
    expect(second.typed.reason).toBe("来访者常问，还没有答复");
  });
});
