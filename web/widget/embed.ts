/** The one file that an outside site includes: it puts the chat's button on the page. */
import { defineHelpline } from "./element";

// Only known while the script first runs; the service is where the script came from.
const script = document.currentScript;
const service = script instanceof HTMLScriptElement ? new URL(script.src).origin : location.origin;

function embed(): void {
  defineHelpline();
  if (document.querySelector("ip-helpline")) return;
  const element = document.createElement("ip-helpline");
  element.setAttribute("service", service);
  document.body.append(element);
}

// An async script may run before the page is read to its end, and the page may hold an
// <ip-helpline> of its own.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", embed);
else embed();
