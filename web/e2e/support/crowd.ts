import { type APIRequestContext, request } from "@playwright/test";

/** Others who ask at the same moment, so that the next message has to wait for the bot. */
export class Crowd {
  private constructor(
    private readonly api: APIRequestContext,
    private readonly conversations: { id: string; token: string }[],
  ) {}

  static async of(size: number): Promise<Crowd> {
    const api = await request.newContext({ baseURL: process.env.HELPLINE_TEST_URL });
    const { version } = await (await api.get("/api/privacy-notice")).json();
    const data = { channel: "web", consent: true, consent_version: version };
    const conversations = [];
    for (let one = 0; one < size; one++)
      conversations.push(await (await api.post("/api/conversations", { data })).json());
    return new Crowd(api, conversations);
  }

  /** All ask at once; done when all are answered. */
  async asks(text: string): Promise<void> {
    await Promise.all(
      this.conversations.map(({ id, token }) =>
        this.api.post(`/api/conversations/${id}/messages`, {
          data: { text },
          headers: { Authorization: `Bearer ${token}` },
        }),
      ),
    );
    await this.api.dispose();
  }
}
