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

/**
 * Tells of something while nobody looks at the page. It holds no words of a visitor: notifications
 * lie on locked screens.
 */
export function notify(title: string, tag: string, onClick: () => void): void {
  const may = settings.notify && "Notification" in globalThis;
  if (!may || Notification.permission !== "granted" || document.hasFocus()) return;
  const notification = new Notification(title, { tag, lang: "zh-CN" });
  notification.onclick = () => {
    window.focus();
    notification.close();
    onClick();
  };
}
