import { type App, createApp } from "vue";
import { HelplineApi } from "./api/api";
import { Conversation } from "./chat/conversation";
import HelplineChat from "./chat/HelplineChat.vue";
import styles from "./styles/widget.css?inline";
import { Tabs } from "./api/tabs";
import { VisitMemory } from "./api/visit";

/** A constructed sheet, because a strict content security policy refuses <style> elements. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);

/**
 * `<ip-helpline>`: the visitor's chat.
 *
 * Attributes: `service`, the origin of the service (default: the page's own); `layout`, `panel` (a
 * round button that opens the chat, the default) or `page` (fills its box and opens at once).
 */
export class HelplineElement extends HTMLElement {
  /**
   * What the page's address said behind `#go=`, set before the element is defined: only our own
   * page reads its address, a site that embeds the chat has its own use for that.
   */
  declare link?: string;
  private app: App | undefined;
  private conversation: Conversation | undefined;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    const place = document.createElement("div");
    place.className = "place";
    root.replaceChildren(place);

    const service = this.getAttribute("service") ?? location.origin;
    const layout = this.getAttribute("layout") === "page" ? "page" : "panel";
    const name = `ip-helpline ${service}`;
    const { link } = this;
    const conversation = new Conversation(
      new HelplineApi(service),
      new VisitMemory(name),
      new Tabs(name),
    );
    this.conversation = conversation;
    this.app = createApp(HelplineChat, { conversation, layout, page: service, link });
    this.app.mount(place);
  }

  /** Goes on with the conversation that a link leads to. */
  follow(link: string): void {
    void this.conversation?.follow(link);
  }

  disconnectedCallback(): void {
    this.app?.unmount();
  }
}

export function defineHelpline(): void {
  if (!customElements.get("ip-helpline")) customElements.define("ip-helpline", HelplineElement);
}
