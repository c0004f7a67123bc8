// One line of a chat, as the citizen's own phone shows it.

import { clock, el, iso } from "./dom.js";
import { icon, ticks } from "./icons.js";
import { summary } from "./fold.js";
import { mapOf } from "./map.js";
import { plain, words } from "./words.js";
import { state } from "./state.js";

const TICK_WORDS = { sent: "terkirim", delivered: "sampai", read: "dibaca" };
const FORWARDED = { once: "Diteruskan", often: "Sering diteruskan" };

/** `acts`: what a tap on something in the bubble does. */
export function drawLine(line, lines, citizen, acts, { tail, fresh }) {
  const mine = line.direction === "in";
  const taps = drawTaps(line, acts);
  const bare = isBare(line);
  const whose = mine ? citizen.name : state.city.desk;
  const bubble = el("div", { class: `bubble${tail ? " tail" : ""}${bare ? " bare" : ""}${hasPicture(line) ? " pictured" : ""}` },
    el("span", { class: "hidden" }, `${whose}: `),
    line.deleted ? deleted(mine) : content(line, lines, citizen, acts),
    meta(line, citizen));
  const block = el("div", { class: `block${taps ? " tappable" : ""}` }, bubble, taps, reactions(line));
  return el("div", {
    class: `line${mine ? " mine" : ""}${fresh ? " fresh" : ""}${tail ? " first" : ""}${line.status === "failed" ? " failed" : ""}`,
    "data-id": line.id,
  }, block, !line.deleted && menuButton(line, acts));
}

function content(line, lines, citizen, acts) {
  const { view } = line;
  const whatsapp = citizen.channel === "whatsapp";
  const more = {
    location: () => place(view.location),
    live_location: live,
    contacts: () => view.contacts.map(card),
    like_heart: () => el("p", { class: "heart" }, el("span", { class: "hidden" }, "hati"), icon("heart")),
    story_mention: () => el("p", { class: "about" }, "Menyebut akun ini dalam cerita"),
    unsupported: () => el("p", { class: "about" }, "Jenis pesan ini tidak didukung."),
    share: shared, ig_post: shared, ig_reel: shared, reel: shared, ig_story: shared, story: shared,
  }[view.kind];
  return [
    view.forwarded && el("p", { class: "about" }, icon("forward"), FORWARDED[view.forwarded]),
    "story" in view && [el("p", { class: "about" }, "Membalas cerita"), story(view.story)],
    quote(view.quotes, lines, citizen, acts),
    line.album.length > 1 || view.files.length > 1 ? album(line) : view.files.map((file) => media(file, view, line)),
    view.header && el("p", { class: "head" }, view.header),
    more?.(),
    view.text && view.kind !== "unsupported" && words(view.text, whatsapp),
    view.footer && el("p", { class: "foot" }, view.footer),
  ];
}

/** Gone after a day, on Instagram as here: then the words alone are left. */
function story(id) {
  return id && el("img", { class: "story", src: source(id), alt: "Cerita yang dibalas", on: { error: (event) => event.target.remove() } });
}

function deleted(mine) {
  return el("p", { class: "about" }, icon("no"), mine ? "Anda menghapus pesan ini" : "Pesan ini dihapus");
}

const shared = () => el("p", { class: "about" }, "Membagikan kiriman");
const hasPicture = ({ view, deleted: gone }) => !gone && (view.files.some(({ type }) => ["image", "video"].includes(type)) || view.kind === "location");
const isBare = ({ view, deleted: gone }) => !gone && (view.kind === "sticker" || view.kind === "like_heart");

function meta(line, citizen) {
  const mine = line.direction === "in";
  return el("p", { class: "meta" },
    line.status === "failed" && "gagal terkirim · ",
    line.edited && "Diedit ",
    el("time", { dateTime: iso(line.at) }, clock(line.at)),
    mine && !line.deleted && citizen.channel === "whatsapp" && TICK_WORDS[line.status]
      && [ticks(line.status), el("span", { class: "hidden" }, TICK_WORDS[line.status])]);
}

function quote(id, lines, citizen, acts) {
  if (!id) return null;
  const quoted = lines.find((line) => line.album.some((each) => each.id === id));
  const mine = quoted?.direction === "in";
  const picture = quoted?.view.files.find(({ type }) => type === "image");
  return el("button", { type: "button", class: `quoted${mine ? " own" : ""}`, "data-focus": `quote ${id}`, on: { click: () => quoted && acts.show(quoted.id) } },
    el("span", { class: "hidden" }, "Membalas "),
    el("strong", {}, quoted ? (mine ? "Anda" : state.city.desk) : "Pesan"),
    el("span", {}, quoted ? plain(summary(quoted)) : "tidak ada lagi"),
    picture && el("img", { src: `/media/${encodeURIComponent(picture.id)}`, alt: "" }));
}

// Files

const source = (id) => `/media/${encodeURIComponent(id)}`;

function media({ id, type }, view, line) {
  const mine = line.direction === "in";
  if (type === "video" || (view.kind === "video" && type !== "image")) {
    return el("video", { src: source(id), controls: true, preload: "metadata", "aria-label": "Video" });
  }
  if (type === "audio") return voice(id);
  if (type === "document" || type === "file") {
    return el("a", { class: "file", href: source(id), target: "_blank", rel: "noopener" }, icon("file"), view.filename || "Buka berkas");
  }
  if (type === "sticker") return el("img", { class: "sticker", src: source(id), alt: "Stiker" });
  return picture(id, mine ? "Foto dari warga" : "Foto dari petugas");
}

function picture(id, alt) {
  return el("a", { class: "picture", href: source(id), target: "_blank", rel: "noopener" }, el("img", { src: source(id), alt }));
}

function album(line) {
  const ids = line.album.length > 1 ? line.album.map((each) => each.view.files[0].id) : line.view.files.map((file) => file.id);
  const shown = ids.slice(0, 4);
  return el("div", { class: `album of${Math.min(ids.length, 4)}` }, shown.map((id, at) =>
    el("div", {}, picture(id, `Foto ${at + 1} dari ${ids.length}`),
      at === 3 && ids.length > 4 && el("span", { class: "rest" }, `+${ids.length - 4}`))));
}

function voice(id) {
  const bars = Array.from({ length: 26 }, (_, at) => 25 + 70 * Math.abs(Math.sin(at * 1.9 + id.length) * Math.cos(at * .7)));
  const sound = el("audio", { src: source(id), preload: "metadata" });
  const length = el("span", { class: "length" }, "0:00");
  const seconds = (value) => `${Math.floor(value / 60)}:${String(Math.round(value % 60)).padStart(2, "0")}`;
  sound.addEventListener("loadedmetadata", () => { if (Number.isFinite(sound.duration)) length.textContent = seconds(sound.duration); });
  sound.addEventListener("timeupdate", () => { length.textContent = seconds(sound.currentTime); });
  const wave = el("span", { class: "wave", "aria-hidden": "true" }, bars.map((height) => {
    const bar = el("i");
    bar.style.height = `${height}%`;
    return bar;
  }));
  return el("div", { class: "voice" },
    el("button", { type: "button", "aria-label": "Putar pesan suara", on: { click: () => (sound.paused ? sound.play().catch(() => {}) : sound.pause()) } }, icon("play")),
    wave, length, sound);
}

// Places and people

function place(location) {
  const point = `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`;
  return el("div", { class: "place" }, mapOf(location),
    el("p", { class: "head" }, location.name ?? "Lokasi"),
    el("p", { class: "spot" }, location.address ?? point));
}

function live() {
  const point = state.city.places[0] ?? { latitude: 0, longitude: 0 };
  return el("div", { class: "place" }, mapOf(point),
    el("p", { class: "about" }, icon("live"), "Lokasi terkini dibagikan"));
}

function card({ name, phone }) {
  return el("div", { class: "card" },
    el("span", { class: "face shade2", "aria-hidden": "true" }, name.slice(0, 1)),
    el("span", {}, el("strong", {}, name), phone && el("small", {}, phone)));
}

// What can be tapped

function drawTaps(line, acts) {
  const { view } = line;
  const taps = (view.buttons ?? []).map((offer) =>
    tap(line, "reply", offer.title, offer.id, () => acts.tap(line, offer)));
  if (view.list) taps.push(tap(line, "list", view.list.button, "list", () => acts.openList(line)));
  if (view.asks_location) taps.push(tap(line, "pin", "Kirim lokasi", "location", () => acts.openPlace()));
  if (view.link) taps.push(el("a", { href: view.link.url, target: "_blank", rel: "noopener noreferrer" }, icon("link"), view.link.title));
  return taps.length ? el("div", { class: "taps", role: "group", "aria-label": "Pilihan jawaban" }, taps) : null;
}

function tap(line, picture, title, id, click) {
  return el("button", { type: "button", "data-focus": `tap ${id}`, "data-tap": id, on: { click } }, icon(picture), title);
}

function menuButton(line, acts) {
  return el("button", { type: "button", class: "act", "aria-label": `Tindakan untuk pesan: ${plain(summary(line)).slice(0, 40)}`, title: "Balas, beri reaksi, …", "data-focus": "menu", on: { click: (event) => acts.openActions(line, event.currentTarget) } }, icon("more"));
}

function reactions(line) {
  const emojis = [line.reactions.in, line.reactions.out].filter(Boolean);
  if (!emojis.length) return null;
  return el("span", { class: "reactions", role: "img", "aria-label": `Reaksi: ${emojis.join(" ")}` }, [...new Set(emojis)].join(""));
}
