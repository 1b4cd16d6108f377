import type { Reached } from "../api/contract";
import { channelName } from "../parts/channels";
import { clockOf, dayOf } from "../parts/times";

/** So long after the visitor's last message WeChat lets us write to him. */
const WINDOW_MS = 48 * 3_600_000;
/** So few messages are left that it is worth a thought which. */
const FEW = 2;

export interface Reach {
  words: string;
  /** What is sent now does not arrive now. */
  isLate: boolean;
  /** It arrives, and little more. */
  isScarce: boolean;
}

/** What an operator has to know, before he sends, of how his words reach the visitor. */
export function reachOf(contact: Reached, now: number): Reach {
  const late = whyLate(contact, now);
  if (late !== null) return { words: late, isLate: true, isScarce: false };
  const channel = channelName(contact.channel);
  if (!contact.by_contact)
    return plain(
      `对方现在用网页，答复显示在网页上；他回到${channel}再说话，答复就发到${channel}。`,
    );
  const { left, until } = contact.allowance!;
  if (left === null) return plain(`答复会发到${channel}。`);
  const end = until === null ? "" : `，到${dayOf(until)} ${clockOf(until)} 为止`;
  const next = left <= FEW ? "；用完以后，要等对方再发消息才能送到" : "";
  return {
    words: `答复会发到${channel}，还能发 ${left} 条${end}${next}。`,
    isLate: false,
    isScarce: left <= FEW,
  };
}

/** What did not arrive yet, null where all did. */
export function undelivered({ held, dead }: Reached): string | null {
  const parts = [
    ...(held > 0 ? [`${held} 条在等对方下次发消息`] : []),
    ...(dead > 0 ? [`${dead} 条没有送到`] : []),
  ];
  return parts.length > 0 ? `${parts.join("，")}。` : null;
}

function whyLate(contact: Reached, now: number): string | null {
  if (!contact.by_contact) return null;
  if (!contact.subscribed) return "对方已经取消关注，这条会在他重新关注、再发消息时送到。";
  const { allowance } = contact;
  if (allowance === null)
    return `${channelName(contact.channel)}没有启用，这条现在发不出去，启用以后再送。`;
  if (allowance.left === null) return null;
  const isOver = allowance.until !== null && Date.parse(allowance.until) <= now;
  if (allowance.left > 0 && !isOver) return null;
  const heardAt = contact.heard_at === null ? 0 : Date.parse(contact.heard_at);
  const why = now - heardAt >= WINDOW_MS ? "48 小时窗口已过" : "能主动发的条数已经用完";
  return `${why}，这条会在对方下次发消息时送到。`;
}

function plain(words: string): Reach {
  return { words, isLate: false, isScarce: false };
}
