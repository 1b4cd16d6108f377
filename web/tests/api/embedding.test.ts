import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, HelplineApi } from "../../widget/api/api";

const SERVICE = "https://helpline.example";
const FAILED = new TypeError("Failed to fetch");

describe("a site that embeds the chat", () => {
  let fetched: string[];
  let lets: (mode: RequestMode | undefined) => boolean;
  let told: ReturnType<typeof vi.spyOn>;

  const failure = async (pauses: number[] = []): Promise<ApiError> => {
    const error = await new HelplineApi(SERVICE, pauses)
      .notice()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  };

  beforeEach(() => {
    fetched = [];
    vi.stubGlobal("fetch", async (url: string, { mode }: RequestInit) => {
      fetched.push(url);
      if (!lets(mode)) throw FAILED;
      return new Response("{}");
    });
    told = vi.spyOn(console, "error").mockImplementation(() => {});
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it("that is not allowed tells its editor at once which setting to change", async () => {
    lets = (mode) => mode === "no-cors";
    const error = await failure([0, 0, 0]);
    expect(error).toMatchObject({ code: "origin_not_allowed", elsewhere: SERVICE });
    expect(error.message).toContain(`HELPLINE_EMBED_ORIGINS 里加上 ${location.origin}`);
    expect(fetched.filter((url) => url.endsWith("/api/privacy-notice"))).toHaveLength(1);
    expect(told).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(error.message));
  });

  it("whose policy shuts the helpline out tells which lines it needs", async () => {
    lets = () => {
      const violation = Object.assign(new Event("securitypolicyviolation"), {
        blockedURI: `${SERVICE}/healthz`,
      });
      setTimeout(() => document.dispatchEvent(violation));
      return false;
    };
    const error = await failure();
    expect(error).toMatchObject({ code: "blocked_by_policy", elsewhere: SERVICE });
    expect(error.message).toContain(`script-src ${SERVICE} 和 connect-src ${SERVICE}`);
  });

  it("hears of the line where the line is down", async () => {
    lets = () => false;
    expect(await failure()).toMatchObject({ code: "unreachable", elsewhere: "" });
    expect(told).not.toHaveBeenCalled();
  });

  it("hears of the line where it was down for a moment", async () => {
    lets = (mode) => mode !== undefined;
    expect(await failure()).toMatchObject({ code: "unreachable", elsewhere: "" });
  });

  it("that has once been answered is not suspected", async () => {
    lets = () => true;
    const api = new HelplineApi(SERVICE, []);
    await api.notice();
    lets = (mode) => mode === "no-cors";
    await expect(api.notice()).rejects.toMatchObject({ code: "unreachable" });
  });
});
