/** Why a site that embeds the chat keeps its calls from the service, in words for its editor. */
export interface Obstacle {
  code: "origin_not_allowed" | "blocked_by_policy";
  message: string;
}

/** The browser tells a page's policy some moments after it has refused the call. */
const GRACE = 100;
const PATIENCE = 5_000;

/**
 * Tells an embedding site that is not allowed from a line that is down: to the caller of `fetch`
 * both look the same.
 */
export class Embedding {
  private readonly service: string;
  private isBlocked = false;
  private isTold = false;

  constructor(service: string) {
    this.service = new URL(service, location.href).origin;
    document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
      if (blockedURI.startsWith(this.service)) this.isBlocked = true;
    });
  }

  /** Null where it is the line, or the service itself. The console is told once. */
  async obstacle(): Promise<Obstacle | null> {
    const obstacle = this.service === location.origin ? null : await this.find();
    if (obstacle && !this.isTold) console.error(`知识产权热线：${obstacle.message}`);
    this.isTold ||= obstacle !== null;
    return obstacle;
  }

  private async find(): Promise<Obstacle | null> {
    if (!(await this.answers("no-cors"))) {
      await new Promise((resolve) => setTimeout(resolve, GRACE));
      return this.isBlocked ? blockedByPolicy(this.service) : null;
    }
    // The service is there, so it is the answer that the browser withholds.
    return (await this.answers("cors")) ? null : originNotAllowed(location.origin);
  }

  private async answers(mode: RequestMode): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      await fetch(`${this.service}/healthz`, {
        mode,
        cache: "no-store",
        credentials: "omit",
        signal,
      });
      return true;
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException) return false;
      throw error;
    }
  }
}

function originNotAllowed(site: string): Obstacle {
  const remedy = `请在热线的设置 HELPLINE_EMBED_ORIGINS 里加上 ${site}，再重启热线。`;
  return {
    code: "origin_not_allowed",
    message: `这个网站还没有获准使用热线。网站管理员${remedy}`,
  };
}

function blockedByPolicy(service: string): Obstacle {
  const remedy = `请在策略里加上 script-src ${service} 和 connect-src ${service}。`;
  return {
    code: "blocked_by_policy",
    message: `这个网站的内容安全策略（CSP）挡住了热线。网站管理员${remedy}`,
  };
}
