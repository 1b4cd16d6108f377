import { settings } from "../keeping/settings";

/**
 * Turns desktop notifications on or off. The browser asks only here, when the operator has asked
 * for them.
 */
export async function askToNotify(): Promise<void> {
  if (settings.notify || !("Notification" in globalThis)) {
    settings.notify = false;
    return;
  }
  settings.notify = (await Notification.requestPermission()) === "granted";
}

/** Whether a notice would be shown: the operator wants them, and looks at something else. */
export function wouldNotify(): boolean {
  const may = settings.notify && "Notification" in globalThis;
  return may && Notification.permission === "granted" && !document.hasFocus();
}

/**
 * Tells of something while nobody looks at the page. It holds no words of a visitor: notifications
 * lie on locked screens.
 */
export function notify(title: string, tag: string, onClick: () => void): void {
  if (!wouldNotify()) return;
  const notification = new Notification(title, { tag, lang: "zh-CN" });
  notification.onclick = () => {
    window.focus();
    notification.close();
    onClick();
  };
}
