// The agencies' side: their mailboxes, a mail as a mail program shows it, and beside it the
// officer's own phone with the page behind the link.

import { $, announce, arrange, call, clock, count, dayOf, el, iso, keeper, oneStop } from "./dom.js";
import { icon } from "./icons.js";
import { LINK, outward, words } from "./words.js";

const FIELD = /^([A-Z][^:\n]{2,40}?)\s*:\s+(\S.*)$/;
const LOUD = /^[A-Z]{6,}\b/;
const NARROW = matchMedia("(max-width: 52rem)");
const letters = keeper();
const seen = new Set();
let boxes = null;
let tab = "mail";
let chosen = null;
let desk = null;

export async function refreshBoxes() {
  const first = boxes === null;
  const before = new Set(boxes?.mail.map(({ id }) => id));
  boxes = await call("GET", "/mailboxes");
  const fresh = boxes.mail.filter(({ id }) => !before.has(id));
  if (first) {
    for (const { id } of boxes.mail.slice(0, -1)) seen.add(id);
  } else {
    for (const letter of fresh) announce(`Surat baru untuk ${nameOf(letter.agency)}: ${letter.subject}`);
  }
  // The newest is opened by itself, unless somebody is at work on another one.
  if (fresh.length && !desk && !isReading() && !NARROW.matches) choose(fresh.at(-1).id, !first);
  draw();
}

const nameOf = (agency) => boxes.agencies[agency] ?? agency;
const isReading = () => $("letter").contains(document.activeElement);

function choose(id, isNew = false) {
  chosen = id;
  if (!isNew || tab === "mail") seen.add(id);
}

function draw() {
  const agency = $("agency").value;
  const options = [["", "Semua dinas"], ...Object.entries(boxes.agencies)];
  if ($("agency").options.length !== options.length) {
    $("agency").replaceChildren(...options.map(([id, name]) => el("option", { value: id, selected: id === agency }, name)));
  }
  const mail = boxes.mail.filter((letter) => !agency || letter.agency === agency).reverse();
  $("mail").hidden = tab !== "mail";
  $("sms").hidden = tab !== "sms";
  if (tab === "mail") drawMail(mail);
  else drawSms(mail, agency);
  count($("agencies-news"), boxes.mail.filter((letter) => !seen.has(letter.id)).length, "surat belum dibaca");
}

function drawMail(mail) {
  const rows = mail.map((letter) => {
    const current = letter.id === chosen;
    return letters.draw(letter.id, [current, seen.has(letter.id)], () => drawRow(letter, current));
  });
  if (!rows.length) rows.push(letters.draw("none", boxes.reachable, () => el("li", { class: "empty" }, boxes.reachable
    ? "Belum ada surat. Surat datang begitu sebuah laporan diteruskan ke dinas."
    : "Kotak surat tidak dapat dibuka: sistemnya belum berjalan.")));
  arrange($("letters"), rows);
  oneStop($("letters"));
  const letter = mail.find(({ id }) => id === chosen);
  $("mail").classList.toggle("open", Boolean(letter));
  const node = letter ? letters.draw(`open ${letter.id}`, [desk === letter.id], () => drawLetter(letter)) : letters.draw("closed", mail.length, nothing);
  arrange($("letter"), [node]);
}

function nothing() {
  if (boxes.mail.length) return el("p", { class: "empty" }, icon("mail"), el("span", {}, "Pilih surat di daftar."));
  const steps = [
    ["people", "Pilih seorang warga dan kirim pesan dari ponselnya."],
    ["mail", "Surat untuk dinas datang di sini: buka di ponsel petugas, terima, kerjakan, selesaikan."],
    ["star", "Beri nilai dari ponsel warga."],
    ["route", "Di Perjalanan laporan terlihat apa yang terjadi dan di mana alur kerjanya."],
  ];
  return el("div", { class: "steps" }, el("h3", {}, "Cara memainkan"),
    el("ol", {}, steps.map(([picture, words]) => el("li", {}, el("span", { class: "disc" }, icon(picture)), words))));
}

function drawRow(letter, current) {
  const unread = !seen.has(letter.id);
  return el("li", {},
    el("button", {
      type: "button", class: `row${unread ? " unread" : ""}`, "aria-current": current ? "true" : "false", "data-focus": "row",
      on: { click: () => { choose(letter.id); draw(); $("letter").querySelector("h3")?.focus({ preventScroll: true }); } },
    },
    el("span", { class: "who" }, nameOf(letter.agency), unread && el("span", { class: "hidden" }, " (belum dibaca)")),
    el("time", { dateTime: iso(letter.at) }, clock(letter.at)),
    el("span", { class: "subject" }, letter.subject || "(tanpa judul)")));
}

function drawLetter(letter) {
  const door = doorOf(letter.text);
  return el("article", {},
    el("button", { type: "button", class: "small back", on: { click: () => { chosen = null; draw(); $("letters").querySelector("button")?.focus(); } } }, icon("back"), "Semua surat"),
    el("h3", { tabIndex: -1 }, letter.subject || "(tanpa judul)"),
    el("dl", { class: "envelope" },
      el("div", {}, el("dt", {}, "Kepada"), el("dd", {}, `Petugas jaga ${nameOf(letter.agency)}`)),
      el("div", {}, el("dt", {}, "Diterima"), el("dd", {}, el("time", { dateTime: iso(letter.at) }, `${dayOf(letter.at)}, ${clock(letter.at)}`)))),
    el("div", { class: "paper" }, paragraphs(letter.text, door)),
    door && desk !== letter.id && el("p", { class: "doors" },
      el("button", { type: "button", class: "primary", id: "open-desk", "data-focus": "door", on: { click: () => openDesk(letter, door) } }, icon("phone"), "Buka di ponsel petugas"),
      el("a", { class: "small", href: door, target: "_blank", rel: "noopener" }, icon("link"), "Tab baru")));
}

function doorOf(text) {
  const links = text.match(LINK) ?? [];
  return links.find((link) => boxes.desk_url && link.startsWith(boxes.desk_url)) ?? links.at(-1);
}

/** Plain text as a mail program would set it: lines with a colon as a table, links to be pressed. */
function paragraphs(text, door) {
  return text.trim().split(/\n\s*\n/).map((part) => {
    const lines = part.split("\n");
    const fields = lines.map((line) => line.match(FIELD));
    if (fields.filter(Boolean).length > 1) return withTable(lines, fields);
    if (door && part.trim() === door) return el("p", { class: "door" }, outward(door, "Tautan petugas: buka laporan"));
    return el("div", { class: LOUD.test(part) ? "strong" : "" }, words(part));
  });
}

function withTable(lines, fields) {
  const others = lines.filter((line, at) => !fields[at] || LOUD.test(line));
  return [
    table(fields.filter((field) => field && !LOUD.test(field[0]))),
    others.map((line) => el("div", { class: LOUD.test(line) ? "strong" : "" }, words(line))),
  ];
}

function table(fields) {
  return el("dl", { class: "facts" }, fields.map(([, name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, /^https?:\/\/\S+$/.test(value) ? outward(value, "buka peta") : words(value)))));
}

// SMS

function drawSms(mail, agency) {
  const texts = [
    ...mail.filter(({ sms }) => sms).map((letter) => drawText(letter.id, nameOf(letter.agency), letter.sms, letter.at)),
    ...(agency ? [] : [...boxes.sms].reverse().map((text, at) => drawText(`${text.to} ${at}`, text.to, text.text))),
  ];
  if (!texts.length) texts.push(letters.draw("no sms", 0, () => el("p", { class: "empty" }, "Belum ada SMS.")));
  arrange($("sms"), texts);
}

function drawText(id, to, text, at) {
  return letters.draw(`sms ${id}`, text, () => el("article", { class: "text" },
    el("header", {}, el("span", {}, `SMS ke ${to}`), at && el("time", { dateTime: iso(at) }, clock(at))),
    el("div", { class: "bubble" }, words(text)),
    el("small", {}, `${text.length} huruf`)));
}

// The officer's phone

function openDesk(letter, door) {
  desk = letter.id;
  $("desk-owner").textContent = `Ponsel petugas ${nameOf(letter.agency)}`;
  const frame = $("desk-frame");
  frame.title = `Halaman petugas: ${letter.subject}`;
  if (frame.src !== door) frame.src = door;
  $("desk-tab").href = door;
  $("officer").hidden = false;
  $("mail").classList.add("beside");
  draw();
  $("close-desk").focus();
}

function closeDesk() {
  desk = null;
  $("officer").hidden = true;
  $("mail").classList.remove("beside");
  $("desk-frame").removeAttribute("src");
  draw();
  $("open-desk")?.focus();
}

function chooseTab(name) {
  tab = name;
  for (const each of ["mail", "sms"]) {
    $(`tab-${each}`).setAttribute("aria-selected", String(each === name));
    $(`tab-${each}`).tabIndex = each === name ? 0 : -1;
  }
  if (boxes) draw();
}

export function prepareOffice() {
  $("tab-mail").addEventListener("click", () => chooseTab("mail"));
  $("tab-sms").addEventListener("click", () => chooseTab("sms"));
  $("office-tabs").addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    chooseTab(tab === "mail" ? "sms" : "mail");
    $(`tab-${tab}`).focus();
  });
  $("agency").addEventListener("change", draw);
  $("close-desk").addEventListener("click", closeDesk);
}
