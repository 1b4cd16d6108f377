import type {
  AddedPicture,
  Deleted,
  MadeCode,
  Moved,
  NewConversation,
  NewMessage,
  NewPicture,
  OpenedConversation,
  Place,
  PrivacyNotice,
  PublicState,
  Progress,
  Satisfaction,
  Snapshot,
  Turn,
} from "./contract";
import { Embedding } from "./embedding";
import { eventsOf, type LiveEvent } from "./events";
import { traceparent } from "./traceparent";

/** What a visitor needs to go on with a conversation. */
export interface Session {
  id: string;
  token: string;
  /** When the token ends; without it, it is the one that the conversation was opened with. */
  expires_at?: string;
}

/** Pauses before the automatic retries, in milliseconds; after the last one the visitor decides. */
const PAUSES = [1_000, 3_000, 8_000];
const LONGEST_WAIT_ASKED_BY_SERVICE = 10_000;
const PATIENCE = 30_000;
/** The same for a picture: a telephone sends it slowly. */
const PATIENCE_FOR_PICTURE = 90_000;
/** A line on which nothing came for so long is broken: the service gives a sign every 15 seconds. */
const SILENCE = 40_000;

const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const CALENDAR = "text/calendar";

const PASSING_FAILURES = new Set([408, 425, 429, 502, 503, 504]);
const DELETED = "conversation_deleted";
const LOST_SESSION = new Set([401, 403, 404, 410]);

interface FailureFacts {
  status?: number;
  code?: string;
  retryAfter?: number | null;
  elsewhere?: string;
}

/** A call that failed. `message` is Chinese, says what to do and can be shown as it is. */
export class ApiError extends Error {
  /** HTTP status, 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  /** Milliseconds that the service asks us to wait, null when it does not say. */
  readonly retryAfter: number | null;
  /** Where the helpline can be reached when the page around the chat keeps it away, else empty. */
  readonly elsewhere: string;

  constructor(
    message: string,
    { status = 0, code = "unreachable", retryAfter = null, elsewhere = "" }: FailureFacts = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.elsewhere = elsewhere;
  }

  /** True when the same call may well succeed a moment later. */
  get isPassing(): boolean {
    if (this.elsewhere) return false;
    if (this.retryAfter !== null) return this.retryAfter <= LONGEST_WAIT_ASKED_BY_SERVICE;
    return this.status === 0 || PASSING_FAILURES.has(this.status);
  }

  /** True when the service no longer knows this conversation or its token. */
  get isLostSession(): boolean {
    return LOST_SESSION.has(this.status);
  }

  /** True when what was said in this conversation has been deleted. */
  get isDeleted(): boolean {
    return this.code === DELETED;
  }
}

interface Call {
  method: "GET" | "POST" | "DELETE";
  path: string;
  token?: string;
  body?: unknown;
  /** Media type of the answer where it is a file. */
  file?: string;
  /** Whether `null`, or no body at all, is an answer. */
  orNothing?: boolean;
  /** The trace that the call and its retries belong to. */
  trace?: string;
  /** How long to wait for the answer, in milliseconds. */
  patience?: number;
  onRetry?: () => void;
}

/** The chat's only door to the service. */
export class HelplineApi {
  private hasAnswered = false;

  /**
   * `origin` such as `https://helpline.example`; `pauses` in milliseconds, one per automatic retry.
   */
  constructor(
    private readonly origin: string,
    private readonly pauses: number[] = PAUSES,
    private readonly embedding: Pick<Embedding, "obstacle"> = new Embedding(origin),
  ) {}

  /** What the visitor reads before anything is sent. */
  notice(): Promise<PrivacyNotice> {
    return this.call({ method: "GET", path: "/api/privacy-notice" });
  }

  /** What everybody reads above the chat. */
  banner(): Promise<PublicState> {
    return this.call({ method: "GET", path: "/api/banner" });
  }

  /** Begins a conversation; `agreedTo` is the version of the notice that the visitor agreed to. */
  open(agreedTo: string): Promise<OpenedConversation> {
    const body: NewConversation = { channel: "web", consent: true, consent_version: agreedTo };
    return this.call({ method: "POST", path: "/api/conversations", body });
  }

  /** The conversation as it stands, on demand with what each message led to. */
  resume(session: Session, everyReferral = false): Promise<Snapshot> {
    const path = conversationPath(session) + (everyReferral ? "?referrals=true" : "");
    return this.call({ method: "GET", path, token: session.token });
  }

  /**
   * Repeats are safe: the service answers a known `clientMessageId` with the turn it already gave.
   */
  send(
    session: Session,
    text: string,
    clientMessageId: string,
    onRetry?: () => void,
  ): Promise<Turn> {
    const path = `${conversationPath(session)}/messages`;
    const body: NewMessage = { text, client_message_id: clientMessageId };
    const trace = traceparent();
    return this.call({ method: "POST", path, token: session.token, body, trace, onRetry });
  }

  /** Where the message that is on its way stands in the queue; null once it is its turn. */
  place(session: Session): Promise<Place | null> {
    const path = `${conversationPath(session)}/place`;
    return this.call({ method: "GET", path, token: session.token, orNothing: true });
  }

  /**
   * Events of the conversation as they come, until the service ends the line or `signal` does.
   * `after` is the id of the last one that came, or empty. Throws ApiError where the line breaks.
   */
  async *events(session: Session, after: string, signal: AbortSignal): AsyncGenerator<LiveEvent> {
    const line = new AbortController();
    const hangUp = () => line.abort();
    signal.addEventListener("abort", hangUp);
    if (signal.aborted) hangUp();
    let silence = setTimeout(hangUp, SILENCE);
    const onSignOfLife = () => {
      clearTimeout(silence);
      silence = setTimeout(hangUp, SILENCE);
    };
    try {
      const body = await this.listen(session, after, line.signal);
      yield* eventsOf(body, onSignOfLife);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      throw new ApiError("网络断了，正在重新连接。");
    } finally {
      clearTimeout(silence);
      signal.removeEventListener("abort", hangUp);
      hangUp();
    }
  }

  private async listen(
    session: Session,
    after: string,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const headers: Record<string, string> = {
      Accept: "text/event-stream, application/problem+json",
      Authorization: `Bearer ${session.token}`,
    };
    if (after) headers["Last-Event-ID"] = after;
    const path = `${conversationPath(session)}/events`;
    const init: RequestInit = { headers, cache: "no-store", credentials: "omit", signal };
    const response = await fetch(this.origin + path, init);
    const isStream = response.headers.get("Content-Type")?.startsWith("text/event-stream");
    if (response.ok && isStream && response.body) return response.body;
    throw failure(response, parse(await response.text()));
  }

  /** The visitor waits for a person no longer: the bot goes on. */
  async waitNoLonger(session: Session): Promise<void> {
    const path = `${conversationPath(session)}/handoff`;
    await this.call({ method: "DELETE", path, token: session.token, orNothing: true });
  }

  /** Tells the operator that the visitor is writing. Of passing use, so never tried again. */
  async typing(session: Session, typing: boolean): Promise<void> {
    const path = `${conversationPath(session)}/typing`;
    const body = { typing };
    await this.attempt({ method: "POST", path, token: session.token, body, orNothing: true });
  }

  /** How content the visitor is with the operator's help that has ended. */
  async rate(session: Session, satisfaction: Satisfaction): Promise<void> {
    const path = `${conversationPath(session)}/satisfaction`;
    const body = satisfaction;
    await this.call({ method: "POST", path, token: session.token, body, orNothing: true });
  }

  /** How content the visitor is with a ticket that was settled. */
  async rateTicket(number: string, code: string, satisfaction: Satisfaction): Promise<void> {
    const path = `/api/tickets/${encodeURIComponent(number)}/satisfaction`;
    const body = { ...satisfaction, code };
    await this.call({ method: "POST", path, body, orNothing: true });
  }

  /** A code with which the conversation goes on elsewhere, in place of the one before. */
  makeCode(session: Session): Promise<MadeCode> {
    const path = `${conversationPath(session)}/move`;
    return this.call({ method: "POST", path, token: session.token, body: {} });
  }

  /** Goes on with the conversation of a code. It is good once, so it is tried once. */
  useCode(code: string): Promise<Moved> {
    return this.attempt({ method: "POST", path: "/api/moves", body: { code } });
  }

  /** Goes on with the conversation that a link leads to. Repeats are safe. */
  followLink(link: string): Promise<Moved> {
    return this.call({ method: "POST", path: "/api/moves/link", body: { link } });
  }

  /** A draft as a Word file, filled with what the conversation knows now. */
  draft(session: Session, key: string): Promise<Blob> {
    const path = `${conversationPath(session)}/drafts/${encodeURIComponent(key)}.docx`;
    return this.call({ method: "GET", path, token: session.token, file: WORD });
  }

  /** The matter's deadlines as a calendar file; refused while none of them has a day. */
  calendar(session: Session): Promise<Blob> {
    const path = `${conversationPath(session)}/deadlines.ics`;
    return this.call({ method: "GET", path, token: session.token, file: CALENDAR });
  }

  /** Adds a picture to the open ticket. Repeats are safe: the same picture is kept once. */
  addPicture(session: Session, picture: NewPicture, onRetry?: () => void): Promise<AddedPicture> {
    const path = `${conversationPath(session)}/files`;
    const patience = PATIENCE_FOR_PICTURE;
    return this.call({
      method: "POST",
      path,
      token: session.token,
      body: picture,
      patience,
      onRetry,
    });
  }

  /** The pictures that were added, the oldest first. */
  pictures(session: Session): Promise<AddedPicture[]> {
    const path = `${conversationPath(session)}/files`;
    return this.call({ method: "GET", path, token: session.token });
  }

  /** Everything that is stored about the conversation, with Chinese labels. */
  export(session: Session): Promise<Record<string, unknown>> {
    const path = `${conversationPath(session)}/export`;
    return this.call({ method: "GET", path, token: session.token });
  }

  /** Deletes everything that is stored about the conversation. There is no way back. */
  delete(session: Session): Promise<Deleted> {
    return this.call({ method: "DELETE", path: conversationPath(session), token: session.token });
  }

  /** How far a ticket has come; `code` is the word that was told when it was opened. */
  progress(number: string, code: string): Promise<Progress> {
    const path = `/api/tickets/${encodeURIComponent(number)}?code=${encodeURIComponent(code)}`;
    return this.call({ method: "GET", path });
  }

  private async call<T>(call: Call): Promise<T> {
    for (let retries = 0; ; retries++) {
      try {
        return await this.attempt<T>(call);
      } catch (error) {
        const pause = this.pauses[retries];
        if (!(error instanceof ApiError) || !error.isPassing || pause === undefined) throw error;
        call.onRetry?.();
        await wait(Math.max(pause, error.retryAfter ?? 0));
      }
    }
  }

  private async attempt<T>({
    method,
    path,
    token,
    body,
    file,
    orNothing,
    trace,
    patience,
  }: Call): Promise<T> {
    const headers: Record<string, string> = {
      Accept: `${file ?? "application/json"}, application/problem+json`,
    };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (trace) headers.traceparent = trace;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const { response, content } = await this.reach(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(patience ?? PATIENCE),
    });
    const isFile =
      file !== undefined && response.headers.get("Content-Type")?.split(";")[0] === file;
    if (response.ok && isFile) return content as T;
    const text = await content.text();
    if (response.ok && orNothing && ["null", ""].includes(text)) return null as T;
    const answer = parse(text);
    if (response.ok && answer !== null && !file) return answer as T;
    throw failure(response, answer);
  }

  /** Reads the whole body too: a line can break in the middle of an answer. */
  private async reach(
    path: string,
    init: RequestInit,
  ): Promise<{ response: Response; content: Blob }> {
    try {
      const response = await fetch(this.origin + path, init);
      const content = await response.blob();
      this.hasAnswered = true;
      return { response, content };
    } catch (error) {
      if (error instanceof DOMException)
        throw new ApiError("服务器很久没有答复，请重试。", { code: "timeout" });
      if (error instanceof TypeError) throw await this.unreachable();
      throw error;
    }
  }

  private async unreachable(): Promise<ApiError> {
    // A site that has once been answered is allowed.
    const obstacle = this.hasAnswered ? null : await this.embedding.obstacle();
    if (!obstacle) return new ApiError("网络不通，请检查网络后重试。");
    return new ApiError(obstacle.message, { code: obstacle.code, elsewhere: this.origin });
  }
}

function conversationPath(session: Session): string {
  return `/api/conversations/${encodeURIComponent(session.id)}`;
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? (value as Record<string, unknown> | null) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function failure(response: Response, problem: Record<string, unknown> | null): ApiError {
  const detail = problem?.detail;
  const seconds = Number(response.headers.get("Retry-After") ?? NaN);
  return new ApiError(typeof detail === "string" ? detail : sentenceFor(response.status), {
    // An answer that is no JSON comes from something in between (a sign-in page, a proxy): nobody
    // was reached.
    status: response.ok ? 0 : response.status,
    code: typeof problem?.code === "string" ? problem.code : "unexpected",
    retryAfter: Number.isFinite(seconds) ? seconds * 1000 : null,
  });
}

function sentenceFor(status: number): string {
  if (status === 429) return "操作太频繁，请稍等片刻再试。";
  if (status >= 500) return "热线系统暂时出了故障，请稍后重试。";
  if (LOST_SESSION.has(status)) return "这段对话已结束或已过期。";
  return "热线没有接受这次请求，请换个说法再试。";
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
