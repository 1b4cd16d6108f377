import type { Day, Handoff, Place, PrivacyNotice, Snapshot } from "../api/contract";
import { dayInChina } from "../api/dates";
import type { RatingState } from "../cards/rating";
import type { Choice } from "../moving/choice";
import type { Entry } from "./entries";

/** What is shown of a conversation. */
export interface State {
  /**
   * `asking`: the visitor has the privacy notice in front of him, and nothing has been sent.
   * `choosing`: one came from elsewhere while another one is open here.
   * `deleted`: nothing is left of the conversation, and another one may be begun.
   */
  phase: "closed" | "opening" | "asking" | "choosing" | "ready" | "failed" | "deleted";
  notice: PrivacyNotice | null;
  /** What the visitor chooses between. */
  choice: Choice | null;
  /** Whether another conversation is kept aside. */
  hasAside: boolean;
  /** Why the conversation could not be opened. */
  failure: string;
  /** Where to reach the helpline when this site is what keeps it from answering, else empty. */
  elsewhere: string;
  /** What a visitor whose conversation was deleted is told. */
  farewell: string;
  entries: Entry[];
  /** Counts what the visitor said; buttons and asks of earlier turns are no longer offered. */
  turn: number;
  /** A message is on its way. */
  busy: boolean;
  /** Where it stands, while others are answered before it. */
  place: Place | null;
  /** Who answers; `closed`: an operator did, and the bot will. */
  status: Snapshot["status"];
  handoff: Handoff | null;
  /** The operator is writing. */
  theyType: boolean;
  /** Nothing new comes in: the network is away. */
  lineIsDown: boolean;
  /** How content the visitor was with the operator's help. */
  rating: RatingState;
  draft: string;
  /** One line at the box: why nothing was sent, or what cannot be taken. */
  remark: string;
  /** Evidence that the visitor has ticked off: it stays ticked when a referral is replaced. */
  ticked: string[];
  /** The service's day: browsers' clocks are often wrong. */
  today: Day;
  /** Number of the newest ticket, to which pictures can be added; empty without one. */
  ticket: string;
  /** Key of the newest referral; older ones are shown folded. */
  newestReferral: string;
}

export function blankState(): State {
  return {
    phase: "closed",
    notice: null,
    choice: null,
    hasAside: false,
    failure: "",
    elsewhere: "",
    farewell: "",
    entries: [],
    turn: 0,
    busy: false,
    place: null,
    status: "bot",
    handoff: null,
    theyType: false,
    lineIsDown: false,
    rating: { phase: "given", failure: "" },
    draft: "",
    remark: "",
    ticked: [],
    today: dayInChina(new Date().toISOString()),
    ticket: "",
    newestReferral: "",
  };
}
