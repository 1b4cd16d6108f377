/** A call that failed. `message` is Chinese, says what to do and can be shown as it is. */
export class DeskError extends Error {
  /** HTTP status, 0 when no answer came. */
  readonly status: number;
  /** The service's stable code, `unreachable` when no answer came. */
  readonly code: string;
  /** Milliseconds that the service asks us to wait, null when it does not say. */
  readonly retryAfter: number | null;
  /** The whole problem as the service told it: what some codes tell besides. */
  readonly more: Record<string, unknown>;

  constructor(
    message: string,
    status = 0,
    code = "unreachable",
    retryAfter: number | null = null,
    more: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "DeskError";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.more = more;
  }

  /** True when the same call may well succeed a moment later. */
  get isPassing(): boolean {
    return this.status === 0 || [408, 425, 502, 503, 504].includes(this.status);
  }
}

/** The error that an answer carries; what is no problem document gets a sentence of ours. */
export async function problemOf(response: Response): Promise<DeskError> {
  const problem = await asObject(response);
  const detail = problem.detail;
  const seconds = Number(response.headers.get("Retry-After") ?? NaN);
  return new DeskError(
    typeof detail === "string" ? detail : sentenceFor(response.status),
    response.status,
    typeof problem.code === "string" ? problem.code : "unexpected",
    Number.isFinite(seconds) ? seconds * 1000 : null,
    problem,
  );
}

/** What to tell the operator about anything that was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof DeskError ? error.message : "工作台出了意外，请刷新页面后再试。";
}

async function asObject(response: Response): Promise<Record<string, unknown>> {
  try {
    const value: unknown = await response.json();
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function sentenceFor(status: number): string {
  if (status === 401) return "登录已过期，请重新登录。";
  if (status === 403) return "您没有权限做这件事。";
  if (status === 404) return "没有找到，可能已经删除。";
  if (status === 409) return "别人刚刚改过，请刷新后再试。";
  if (status === 413) return "内容太大，请缩小后再试。";
  if (status === 429) return "操作太频繁，请稍等片刻再试。";
  if (status >= 500) return "服务暂时出了故障，请稍后重试。";
  return "这次请求没有被接受，请检查后再试。";
}
