// The telephone: its screens, and what its user does. All state is the server's; each chat that
// stands open is a stream of its state. `?as=乙` in the address is another person's telephone.

import { draw, element, sign, summary, timeOfDay, wipe } from "./chat.js";

// Places to send, with addresses as a map writes them; the degrees are rough.
const PLACES = [
  { text: "江西省南昌市红谷滩区", latitude: 28.698, longitude: 115.858 },
  { text: "江西省赣州市章贡区", latitude: 25.817, longitude: 114.921 },
  { text: "江西省九江市浔阳区", latitude: 29.727, longitude: 115.99 },
  { text: "江西省景德镇市珠山区", latitude: 29.3, longitude: 117.202 },
  { text: "江西省上饶市信州区", latitude: 28.431, longitude: 117.966 },
  { text: "浙江省杭州市西湖区", latitude: 30.259, longitude: 120.13 },
];
const TOAST_MS = 2500;

const byId = (id) => document.getElementById(id);
const person = new URLSearchParams(location.search).get("as") || "我";
const chats = new Map(); // name of the account → its state as the server told it last
let open = null; // name of the account whose chat is open
let menuIsShown = null; // whether the menu stands in place of the text field; null: as WeChat begins

const addressOf = (account) => `/fake/chats/${encodeURIComponent(account)}/${encodeURIComponent(person)}`;
const faceOf = (title) => [...title][0] ?? "";

let toasting;
function toast(words) {
  byId("toast").textContent = words;
  clearTimeout(toasting);
  toasting = setTimeout(() => (byId("toast").textContent = ""), TOAST_MS);
}

async function act(deed, account = open) {
  try {
    const answer = await fetch(addressOf(account), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(deed),
    });
    if (answer.ok) return true;
    const { detail } = await answer.json();
    toast(typeof detail === "string" ? detail : "发送失败");
  } catch {
    toast("网络不可用，请检查网络设置");
  }
  return false;
}

// --- screens -------------------------------------------------------------------------------------

function show(screen) {
  for (const one of ["list", "chat", "card"]) byId(one).hidden = one !== screen;
}

function enter(account) {
  open = account;
  menuIsShown = null;
  wipe(byId("log"));
  render();
  if (chats.get(account).subscribed) {
    show("chat");
    byId("log").scrollTop = byId("log").scrollHeight;
    byId("back").focus();
  } else {
    showCard();
  }
}

function showCard() {
  show("card");
  byId("leave-card").focus();
}

function toList() {
  const before = open;
  open = null;
  show("list");
  byId("chats")
    .querySelector(`[data-account="${CSS.escape(before ?? "")}"]`)
    ?.focus();
}

function render() {
  renderList();
  const chat = chats.get(open);
  if (!chat) return;
  byId("chat-title").textContent = chat.typing ? "对方正在输入…" : chat.title;
  byId("card-title").textContent = chat.title;
  byId("card-face").textContent = faceOf(chat.title);
  byId("follow").hidden = chat.subscribed;
  byId("enter").hidden = byId("unfollow").hidden = !chat.subscribed;
  draw(byId("log"), chat.shown, faceOf(chat.title));
  renderFoot(chat);
}

function renderList() {
  const focused = document.activeElement?.dataset?.account;
  const rows = [...chats].map(([account, chat]) => {
    const last = chat.shown.at(-1);
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", "data-account": account },
        element("span", { class: "face", "aria-hidden": "true" }, faceOf(chat.title)),
        element("span", {}, chat.title),
        element("time", {}, last ? timeOfDay(last.at) : ""),
        element("small", {}, last ? summary(last) : chat.subscribed ? "" : "公众号"),
      ),
    );
  });
  byId("chats").replaceChildren(...rows);
  if (focused)
    byId("chats")
      .querySelector(`[data-account="${CSS.escape(focused)}"]`)
      ?.focus();
}

// --- the foot: text field, or menu ---------------------------------------------------------------

function renderFoot(chat) {
  const hasMenu = Boolean(chat.menu);
  const isMenu = hasMenu && (menuIsShown ?? true);
  byId("to-menu").hidden = !hasMenu;
  byId("entry").hidden = isMenu;
  byId("menu").hidden = !isMenu;
  if (isMenu) byId("panel").hidden = true;
  const drawn = JSON.stringify(chat.menu);
  if (byId("menu").dataset.drawn === drawn) return;
  byId("menu").dataset.drawn = drawn;
  byId("menu").replaceChildren(...(hasMenu ? menuParts(chat.menu) : []));
}

function menuParts({ button }) {
  const back = element("button", { type: "button", class: "round", "aria-label": "键盘输入" }, sign("keys"));
  back.addEventListener("click", () => {
    menuIsShown = false;
    render();
    byId("words").focus();
  });
  return [back, ...button.map((one, number) => menuPart(one, [number]))];
}

function menuPart(entry, path) {
  const below = entry.sub_button ?? [];
  const part = element("div");
  const button = element("button", { type: "button" }, below.length ? `≡ ${entry.name}` : entry.name);
  part.append(button);
  if (!below.length) {
    button.addEventListener("click", () => press(entry, path));
    return part;
  }
  const list = element("div", { class: "below", hidden: true });
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => fold(part, !list.hidden));
  part.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    fold(part, true);
    button.focus();
  });
  list.append(
    ...below.map((one, number) => {
      const choice = element("button", { type: "button" }, one.name);
      choice.addEventListener("click", () => {
        fold(part, true);
        button.focus();
        press(one, [...path, number]);
      });
      return choice;
    }),
  );
  part.append(list);
  return part;
}

function fold(part, isFolded) {
  for (const one of byId("menu").querySelectorAll(".below")) one.hidden = true;
  for (const one of byId("menu").querySelectorAll("[aria-expanded]")) one.ariaExpanded = "false";
  part.querySelector(".below").hidden = isFolded;
  part.querySelector("button").ariaExpanded = String(!isFolded);
}

function press(entry, path) {
  if (entry.type === "view") window.open(entry.url, "_blank", "noopener");
  act({ does: "menu", path });
}

// --- sending -------------------------------------------------------------------------------------

function sized() {
  byId("send").hidden = !byId("words").value.trim();
  byId("more").hidden = !byId("send").hidden;
}

async function sendWords() {
  const text = byId("words").value;
  if (!text.trim() || !(await act({ does: "text", text }))) return;
  byId("words").value = "";
  sized();
}

async function ask(sheet) {
  const dialog = byId(sheet);
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "ok";
}

async function speak() {
  byId("voice-words").value = "";
  byId("voice-unheard").checked = false;
  if (!(await ask("voice-sheet"))) return;
  const text = byId("voice-unheard").checked ? null : byId("voice-words").value.trim() || null;
  await act({ does: "voice", text });
}

async function sendPlace() {
  if (await ask("place-sheet")) await act({ does: "location", ...PLACES[byId("place-choice").value] });
}

async function sendPicture() {
  const [file] = byId("file").files;
  byId("file").value = "";
  if (!file) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  await act({ does: "image", content: btoa(binary), media_type: file.type });
}

async function scan() {
  if (!(await ask("scan-sheet"))) return;
  const account = byId("scan-account").value;
  if (await act({ does: "scan", text: byId("scan-code").value.trim() }, account)) enter(account);
}

// --- beginning -----------------------------------------------------------------------------------

function listen() {
  byId("chats").addEventListener("click", (event) => {
    const row = event.target.closest("[data-account]");
    if (row) enter(row.dataset.account);
  });
  byId("back").addEventListener("click", toList);
  byId("profile").addEventListener("click", showCard);
  byId("leave-card").addEventListener("click", () => (chats.get(open).subscribed ? enter(open) : toList()));
  byId("enter").addEventListener("click", () => enter(open));
  byId("follow").addEventListener("click", () => act({ does: "follow" }));
  byId("unfollow").addEventListener("click", () => act({ does: "unfollow" }));
  byId("scan").addEventListener("click", scan);
  byId("to-menu").addEventListener("click", () => {
    menuIsShown = true;
    render();
    byId("menu").querySelector("button").focus();
  });
  byId("speak").addEventListener("click", speak);
  byId("more").addEventListener("click", () => {
    byId("panel").hidden = !byId("panel").hidden;
    byId("more").ariaExpanded = String(!byId("panel").hidden);
  });
  byId("picture").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", sendPicture);
  byId("film").addEventListener("click", () => act({ does: "video" }));
  byId("place").addEventListener("click", sendPlace);
  byId("words").addEventListener("input", sized);
  byId("words").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendWords();
  });
  byId("entry").addEventListener("submit", (event) => {
    event.preventDefault();
    sendWords();
  });
}

function take(account, chat) {
  const before = chats.get(account);
  chats.set(account, chat);
  render();
  if (chat.typing)
    setTimeout(() => take(account, { ...chats.get(account), typing: false }), chat.typing_s * 1000);
  const hasJustFollowed = before && !before.subscribed && chat.subscribed;
  if (account === open && hasJustFollowed) enter(account);
}

async function begin() {
  listen();
  sized();
  const accounts = await (await fetch("/fake/accounts")).json();
  for (const { name, title } of accounts) {
    chats.set(name, { title, subscribed: false, typing: false, menu: null, shown: [] });
    byId("scan-account").append(element("option", { value: name }, title));
    const stream = new EventSource(`${addressOf(name)}/events`);
    stream.addEventListener("message", (event) => take(name, JSON.parse(event.data)));
  }
  PLACES.forEach((one, number) =>
    byId("place-choice").append(element("option", { value: number }, one.text)),
  );
  render();
}

begin();
