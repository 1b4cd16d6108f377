/**
 * What the tabs of one browser tell each other: a conversation was begun, is being talked in, has
 * something new, or was deleted.
 */
export type News = "begun" | "talking" | "changed" | "deleted";

export interface Word {
  news: News;
  /** Id of the conversation. */
  session: string;
}

/** The line between the tabs that use one service; silent where a browser withholds it. */
export class Tabs {
  private readonly channel: BroadcastChannel | null;

  constructor(name: string) {
    this.channel = connected(name);
  }

  tell(word: Word): void {
    this.channel?.postMessage(word);
  }

  listen(hear: (word: Word) => void): void {
    if (this.channel)
      this.channel.onmessage = ({ data }: MessageEvent<Word>) => {
        hear(data);
      };
  }

  leave(): void {
    this.channel?.close();
  }
}

/** A browser that blocks storage may refuse this as well. */
function connected(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
