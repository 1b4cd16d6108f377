import { isAttended } from "./activity";
import { DeskError, problemOf } from "./problems";

const PATIENCE_MS = 30_000;
/** Pauses before a look-up is repeated by itself; what changes something is never repeated here. */
const PAUSES_MS = [800, 2_500];

export type Query = Record<string, string | number | boolean | null | undefined>;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The console's only door to the service: `/api/desk` on the origin that the page came from. */
export class Door {
  /** Carried by everything that changes something; the session tells it. */
  csrf = "";
  /** Called when the service no longer knows who we are. */
  onSignedOut: () => void = () => {};
  /** Called when the service wants a password of one's own first. */
  onPasswordNeeded: () => void = () => {};

  constructor(
    private readonly origin = "",
    private readonly pauses: readonly number[] = PAUSES_MS,
  ) {}

  /** `path` stands behind `/api/desk`, e.g. `/inbox`. */
  async get<T>(path: string, query: Query = {}): Promise<T> {
    return (await this.look(path + search(query))).json() as Promise<T>;
  }

  /** A file, e.g. a picture or a CSV. */
  async file(path: string, query: Query = {}): Promise<Blob> {
    return (await this.look(path + search(query))).blob();
  }

  /** `patienceMs`: for what the service thinks about longer than usual. */
  post<T>(path: string, body: unknown = {}, patienceMs = PATIENCE_MS): Promise<T> {
    return this.change<T>("POST", path, body, patienceMs);
  }

  put<T>(path: string, body: unknown = {}): Promise<T> {
    return this.change<T>("PUT", path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.change<T>("PATCH", path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.change<T>("DELETE", path);
  }

  /** An open stream of events; `lastId` is the last one that arrived, empty for from now on. */
  stream(path: string, lastId: string, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastId) headers["Last-Event-ID"] = lastId;
    return this.reach("GET", path, { headers, signal });
  }

  private async look(path: string): Promise<Response> {
    for (let repeats = 0; ; repeats++) {
      try {
        return await this.reach("GET", path);
      } catch (error) {
        const pause = this.pauses[repeats];
        if (!(error instanceof DeskError) || !error.isPassing || pause === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  private async change<T>(
    method: Method,
    path: string,
    body?: unknown,
    patienceMs = PATIENCE_MS,
  ): Promise<T> {
    const headers: Record<string, string> = { "X-CSRF-Token": this.csrf };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await this.reach(method, path, {
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    return (text ? JSON.parse(text) : null) as T;
  }

  /** The answer when it is a good one; everything else is thrown as a DeskError. */
  private async reach(method: Method, path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    const headers = new Headers(init.headers);
    if (!isAttended()) headers.set("X-Desk-Unattended", "1");
    try {
      response = await fetch(`${this.origin}/api/desk${path}`, {
        method,
        cache: "no-store",
        credentials: "same-origin",
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...init,
        headers,
      });
    } catch (error) {
      const isLate = error instanceof DOMException && error.name === "TimeoutError";
      if (init.signal?.aborted && !isLate) throw error;
      throw new DeskError(isLate ? "服务很久没有答复，请重试。" : "网络不通，请检查网络后重试。");
    }
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (problem.code === "not_signed_in") this.onSignedOut();
    if (problem.code === "password_change_needed") this.onPasswordNeeded();
    throw problem;
  }
}

export const door = new Door();

function search(query: Query): string {
  const pairs = Object.entries(query).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return text && `?${text}`;
}
