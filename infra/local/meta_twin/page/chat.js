// The phone in hand: its chat with the desk.

import { $, announce, arrange, call, dayOf, clock, el, keeper } from "./dom.js";
import { icon } from "./icons.js";
import { drawLine } from "./bubbles.js";
import { fold, summary } from "./fold.js";
import { plain } from "./words.js";
import { openActions, openList, openPlace } from "./sheets.js";
import { addressOf, channelName, pathOf, same, state } from "./state.js";

const TYPING_MS = 25_000;
const PAUSE_S = 20 * 60;
const drafts = new Map();
const lines = keeper();
let typing = { since: 0, until: 0 };
let opened = { unreadFrom: null, drawn: false };
let quoting = null;
let editing = null;
let offered = "";

const acts = {
  tap: (line, offer) => send({ reply: { id: offer.id, title: offer.title, message: line.id } }).catch(() => {}),
  openList: (line) => openList(line, (id) => send({ reply: { id, message: line.id } })),
  openPlace: () => openPlace((location) => send({ location })),
  openActions: (line, button) => openActions(line, button, state.selected.channel, {
    react: (emoji) => send({ reaction: { message: line.id, emoji } }),
    quote: () => startQuoting(line),
    edit: () => startEditing(line),
    unsend: () => send({ unsend: line.id }),
    forward: () => send(line.view.text ? { text: line.view.text, forwarded: "once" } : { media: line.view.media, forwarded: "once" }),
  }),
  show: (id) => {
    const node = $("log").querySelector(`[data-id="${CSS.escape(id)}"]`);
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("found");
    setTimeout(() => node?.classList.remove("found"), 1500);
  },
};

export function takePhone(citizen, before) {
  if (before) drafts.set(pathOf(before), $("text").value);
  state.chat = null;
  opened = { unreadFrom: null, drawn: false };
  typing = { since: 0, until: 0 };
  offered = "";
  lines.forget();
  stopQuoting();
  $("text").value = drafts.get(pathOf(citizen)) ?? "";
  fitText();
  $("trouble").hidden = true;
  $("log").replaceChildren();
  $("quick").hidden = true;
  dress(citizen);
  refreshChat().catch(() => {});
}

/** The phone's looks, before a word of the chat is there. */
function dress(citizen) {
  $("phone").className = `phone ${citizen.channel}`;
  $("phone").setAttribute("aria-label", `Ponsel ${citizen.name}, ${channelName(citizen.channel)}`);
  $("owner").textContent = `${citizen.name} · ${addressOf(citizen)}`;
  $("desk").textContent = state.city.desk;
  $("text").placeholder = citizen.channel === "whatsapp" ? "Ketik pesan" : "Kirim pesan…";
}

export async function refreshChat() {
  const { selected } = state;
  if (!selected) return;
  const chat = await call("GET", pathOf(selected));
  if (!same(selected, state.selected)) return;
  const isUnread = (message) => message.direction === "out" && ["accepted", "sent", "delivered"].includes(message.status);
  if (!opened.drawn) opened.unreadFrom = chat.messages.find(isUnread)?.id ?? null;
  state.chat = chat;
  drawChat();
  $("clock").textContent = clock(Date.now() / 1000);
  if (chat.messages.some(isUnread) && isSeen()) await call("POST", `${pathOf(selected)}/read`);
}

const isSeen = () => document.visibilityState === "visible" && $("log").offsetParent !== null;

function drawChat() {
  const { citizen, messages } = state.chat;
  const folded = fold(messages);
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 90;
  const before = opened.drawn ? folded.filter((line) => !lines.has(line.id)) : [];
  const nodes = [];
  let last = null;
  for (const line of folded) {
    if (!last || dayOf(last.at) !== dayOf(line.at)) nodes.push(separator(`day ${dayOf(line.at)}`, "day", dayOf(line.at)));
    else if (citizen.channel === "instagram" && line.at - last.at > PAUSE_S) nodes.push(separator(`at ${line.id}`, "day", clock(line.at)));
    if (line.id === opened.unreadFrom) nodes.push(separator("unread", "unread", "Pesan belum dibaca"));
    const tail = last?.direction !== line.direction || nodes.at(-1).matches(".day, .unread");
    const quoted = folded.find((each) => each.id === line.view.quotes);
    const shown = [line.view, line.status, line.reactions, line.album.map(({ id }) => id), line.edited, line.deleted, tail, quoted?.status];
    const fresh = before.includes(line);
    nodes.push(lines.draw(line.id, shown, () => drawLine(line, folded, citizen, acts, { tail, fresh })));
    last = line;
  }
  if (citizen.channel === "instagram" && last?.direction === "in" && last.status === "read") nodes.push(separator("seen", "seen", "Dilihat"));
  const types = Date.now() < typing.until && !(last?.direction === "out" && last.at * 1000 > typing.since);
  if (types) nodes.push(lines.draw("typing", [], dots));
  if (!folded.length) nodes.push(...beginning());
  arrange(log, nodes);
  if (atEnd || !opened.drawn) log.scrollTop = log.scrollHeight;
  drawPresence(citizen, types);
  drawQuickReplies(folded.at(-1));
  for (const line of before) if (line.direction === "out") announce(`${state.city.desk}: ${plain(summary(line))}`);
  opened.drawn = true;
}

const separator = (key, className, text) => lines.draw(key, text, () => el("p", { class: className }, el("span", {}, text)));

function dots() {
  return el("div", { class: "line first" }, el("div", { class: "block" },
    el("div", { class: "bubble tail dots" }, el("span", { class: "hidden" }, "sedang mengetik"), el("i"), el("i"), el("i"))));
}

function drawPresence(citizen, types) {
  const words = types ? (citizen.channel === "whatsapp" ? "mengetik…" : "Sedang mengetik…") : "Akun bisnis";
  if ($("presence").textContent !== words) $("presence").textContent = words;
  $("presence").classList.toggle("types", types);
}

/** An empty chat: what one could write, and on Instagram the questions that it offers itself. */
function beginning() {
  const { starters } = state.city;
  const instagram = state.selected.channel === "instagram";
  const start = (starter) => send(instagram && starter.payload
    ? { ice_breaker: { title: starter.text, payload: starter.payload } } : { text: starter.text }).catch(() => {});
  return [lines.draw("beginning", [starters.length, instagram], () => el("div", { class: "beginning" },
    el("p", {}, state.city.greeting),
    el("div", { class: "starters", role: "group", "aria-label": "Contoh pesan" },
      starters.map((starter) => el("button", { type: "button", on: { click: () => start(starter) } }, starter.text)))))];
}

function drawQuickReplies(last) {
  const offers = last?.direction === "out" ? last.view.quick_replies ?? [] : [];
  const signature = JSON.stringify([last?.id, offers.length]);
  if (offered === signature) return;
  offered = signature;
  $("quick").hidden = offers.length === 0;
  $("quick").replaceChildren(...offers.map((offer) =>
    el("button", { type: "button", "data-tap": offer.id, on: { click: () => acts.tap(last, offer) } }, offer.title)));
  if (offers.length) $("log").scrollTop = $("log").scrollHeight;
}

// Quoting and editing

function startQuoting(line) {
  stopQuoting();
  quoting = line;
  showReference(line.direction === "in" ? "Anda" : state.city.desk, plain(summary(line)));
}

function startEditing(line) {
  stopQuoting();
  editing = line;
  $("text").value = line.view.text ?? "";
  fitText();
  showReference("Edit pesan", plain(summary(line)));
}

function showReference(title, text) {
  $("reference").hidden = false;
  $("reference-title").textContent = title;
  $("reference-text").textContent = text;
  $("text").focus();
}

function stopQuoting() {
  if (editing) $("text").value = "";
  quoting = editing = null;
  $("reference").hidden = true;
}

// What the citizen does

export async function send(content) {
  try {
    await call("POST", `${pathOf(state.selected)}/messages`, content);
    $("trouble").hidden = true;
  } catch (error) {
    $("trouble").textContent = `Tidak terkirim: ${error.message}`;
    $("trouble").hidden = false;
    throw error;
  } finally {
    await refreshChat();
    $("log").scrollTop = $("log").scrollHeight;
  }
}

export function hearTyping() {
  typing = { since: Date.now(), until: Date.now() + TYPING_MS };
  setTimeout(() => refreshChat().catch(() => {}), TYPING_MS + 100);
}

function fitText() {
  $("text").style.height = "auto";
  if (!$("text").scrollHeight) return; // not on the screen yet
  $("text").style.height = `${$("text").scrollHeight + 2}px`;
}

export function prepareComposer() {
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text) { $("text").focus(); return; }
    const content = editing ? { edit: { message: editing.id, text } } : { text, ...(quoting && { quote: quoting.id }) };
    $("text").value = "";
    editing = null;
    stopQuoting();
    fitText();
    send(content).catch(() => { $("text").value = text; fitText(); });
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $("composer").requestSubmit();
    }
    if (event.key === "Escape") stopQuoting();
  });
  $("text").addEventListener("input", fitText);
  $("reference-close").append(icon("close"));
  $("reference-close").addEventListener("click", () => { stopQuoting(); $("text").focus(); });
  // A picture that arrives makes the log longer: stay at its end if we were there.
  $("log").addEventListener("load", (event) => {
    const log = $("log");
    if (log.scrollHeight - log.scrollTop - log.clientHeight < event.target.clientHeight + 120) log.scrollTop = log.scrollHeight;
  }, true);
}
