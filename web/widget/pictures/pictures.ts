import { ApiError, type HelplineApi, type Session } from "../api/api";
import type { AddedPicture } from "../api/contract";
import { uuid } from "../api/uuid";
import { toSend } from "./files";
import { pictureEntry, type PictureEntry } from "./picture";

/** What pictures need to know of their conversation, and tell it. */
interface Surroundings {
  session(): Session | null;
  /** Puts an entry at the end of the log. */
  show(entry: PictureEntry): void;
  /** The pictures in the log: only as it holds them do they tell the page when they change. */
  shown(): PictureEntry[];
  /** A picture came to the ticket. */
  added(): void;
  /** The service has this conversation no more. */
  lost(error: ApiError): Promise<void>;
}

/** The pictures that a visitor adds to his ticket, as they stand in the log. */
export class Pictures {
  constructor(
    private readonly api: Pick<HelplineApi, "addPicture" | "pictures">,
    private readonly conversation: Surroundings,
  ) {}

  /** Sends one after another, each as an entry of its own. */
  async add(files: File[]): Promise<void> {
    const entries = files.map((file) => pictureEntry(`picture-${uuid()}`, file));
    const keys = entries.map(({ key }) => key);
    entries.forEach((entry) => this.conversation.show(entry));
    await this.send(this.conversation.shown().filter(({ key }) => keys.includes(key)));
  }

  /** Sends what was not delivered once more. */
  async send(entries: PictureEntry[]): Promise<void> {
    const waiting = entries.filter(({ delivery }) => delivery === "undelivered");
    waiting.forEach((entry) => (entry.delivery = "queued"));
    for (const entry of waiting) await this.deliver(entry);
  }

  /** Those that the line kept back, which go out again when it is back. */
  heldBack(): PictureEntry[] {
    return this.conversation.shown().filter(({ again }) => again);
  }

  /** Those that are not with the service: nothing but the log has them. */
  unsent(): PictureEntry[] {
    return this.conversation.shown().filter(({ delivery }) => delivery !== "delivered");
  }

  /** Those that the service has, the oldest first; none where it cannot say. */
  async kept(session: Session): Promise<AddedPicture[]> {
    try {
      return await this.api.pictures(session);
    } catch (error) {
      if (error instanceof ApiError) return [];
      throw error;
    }
  }

  private async deliver(entry: PictureEntry): Promise<void> {
    const session = this.conversation.session();
    if (!session || !entry.file) return;
    entry.delivery = "sending";
    entry.again = false;
    try {
      const picture = await toSend(entry.file);
      const added = await this.api.addPicture(
        session,
        picture,
        () => (entry.delivery = "retrying"),
      );
      if (!this.isShown(session)) return; // deleted meanwhile
      Object.assign(entry, { delivery: "delivered", ticket: added.ticket, reason: "" });
      this.conversation.added();
    } catch (error) {
      if (this.isShown(session)) await this.fail(entry, error);
    }
  }

  private async fail(entry: PictureEntry, error: unknown): Promise<void> {
    entry.delivery = "undelivered";
    if (error instanceof DOMException) entry.reason = "浏览器读不出这张图片，请重新选一次。";
    else if (error instanceof ApiError) {
      entry.reason = error.message;
      entry.again = error.isPassing;
      if (error.isLostSession) await this.conversation.lost(error);
    } else throw error;
  }

  private isShown(session: Session): boolean {
    return this.conversation.session()?.id === session.id;
  }
}
