// Draws what a chat shows. Words become text nodes: nothing of what somebody writes is markup,
// but for the links that WeChat makes of addresses and of <a href>.

const SVG = "http://www.w3.org/2000/svg";
const GAP_S = 300; // of silence, after which the time of day is shown again
const LINK =
  /<a href="(https?:\/\/[^"\s]+)">([^<]+)<\/a>|(https?:\/\/[^\s<>"'\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+)/g;
const SPOKEN = { image: "[图片]", voice: "[语音]", location: "[位置]", video: "[视频]" };

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export function sign(name) {
  const made = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/page/icons.svg#${name}`);
  made.setAttribute("class", "sign");
  made.setAttribute("aria-hidden", "true");
  made.append(use);
  return made;
}

export function timeOfDay(seconds) {
  const at = new Date(seconds * 1000);
  const time = at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday ? time : `${at.getMonth() + 1}月${at.getDate()}日 ${time}`;
}

export function summary(one) {
  return SPOKEN[one.kind] ?? one.text;
}

function linked(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(end, found.index));
    const href = found[1] ?? found[3];
    parts.push(element("a", { href, target: "_blank", rel: "noopener" }, found[2] ?? href));
    end = found.index + found[0].length;
  }
  return [...parts, text.slice(end)];
}

function bubble(one) {
  if (one.kind === "image") {
    const picture = element("img", { src: `/fake/media/${one.media_id}`, alt: "图片" });
    return element("div", { class: "bubble image" }, picture);
  }
  if (one.kind === "video") return element("div", { class: "bubble video" }, "视频");
  if (one.kind === "voice") {
    return element(
      "div",
      { class: "bubble voice", "aria-label": `语音 ${one.text}`, role: "img" },
      one.text,
      sign("speak"),
    );
  }
  return element("div", { class: `bubble ${one.kind}` }, ...linked(one.text));
}

function line(one, face) {
  if (one.side === "system") return element("p", { class: "system" }, one.text);
  const isMine = one.side === "user";
  const picture = element("span", { class: "face", "aria-hidden": "true" }, isMine ? "我" : face);
  const content = bubble(one);
  // An avatar says who speaks; a screen reader is told.
  const speaker = element("span", { class: "speaker" }, isMine ? "我：" : "公众号：");
  return element("div", { class: isMine ? "said mine" : "said" }, picture, speaker, content);
}

// Adds what is new, and leaves what stands there alone, so that focus and a reader's place stay.
export function draw(log, shown, face) {
  const drawn = Number(log.dataset.drawn ?? 0);
  const news = shown.slice(drawn);
  if (!news.length) return;
  for (const [number, one] of news.entries()) {
    const before = shown[drawn + number - 1];
    if (!before || one.at - before.at > GAP_S) {
      log.append(element("p", { class: "when" }, timeOfDay(one.at)));
    }
    log.append(line(one, face));
  }
  log.dataset.drawn = String(shown.length);
  log.scrollTop = log.scrollHeight;
}

export function wipe(log) {
  log.replaceChildren();
  log.dataset.drawn = "0";
}
