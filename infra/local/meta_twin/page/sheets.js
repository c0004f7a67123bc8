// What slides up inside the phone: lists, attachments, what one can do with a message.

import { $, call, el } from "./dom.js";
import { icon } from "./icons.js";
import { SAMPLES, samplePhoto, sampleSticker, sampleVoice, thumbnail } from "./samples.js";
import { state } from "./state.js";

/** Show a dialog over the phone, or over the page where the phone is not shown. */
export function openDialog(name, act, after) {
  const dialog = $(`${name}-dialog`);
  const form = dialog.querySelector("form");
  const trouble = form.querySelector(".trouble");
  trouble.hidden = true;
  form.onsubmit = async (event) => {
    event.preventDefault();
    const submit = form.querySelector("[type=submit]");
    if (submit) submit.disabled = true;
    try {
      await act?.(event.submitter);
      dialog.close();
      after?.();
    } catch (error) {
      trouble.textContent = error.message;
      trouble.hidden = false;
    } finally {
      if (submit) submit.disabled = false;
    }
  };
  for (const cancel of form.querySelectorAll(".cancel")) cancel.onclick = () => dialog.close();
  dialog.onclick = (event) => { if (event.target === dialog) dialog.close(); };
  if (dialog.classList.contains("sheet")) settle(dialog);
  dialog.showModal();
  return dialog;
}

window.addEventListener("resize", () => document.querySelectorAll("dialog.sheet[open]").forEach(settle));

/** At the foot of the phone, as wide as it is. */
function settle(dialog) {
  const glass = $("glass").getBoundingClientRect();
  dialog.style.left = `${glass.left}px`;
  dialog.style.width = `${glass.width}px`;
  dialog.style.bottom = `${Math.max(0, window.innerHeight - glass.bottom)}px`;
  dialog.style.maxHeight = `${glass.height * .85}px`;
}

export function openList(line, choose) {
  const { list } = line.view;
  $("list-title").textContent = list.button;
  $("rows").replaceChildren(...list.sections.flatMap((section, at) => [
    section.title && el("h3", { id: `section${at}` }, section.title),
    ...section.rows.map((row) => el("label", {},
      el("span", {}, row.title, row.description && el("small", {}, row.description)),
      el("input", { type: "radio", name: "row", value: row.id, required: true }))),
  ].filter(Boolean)));
  openDialog("list", () => choose(document.forms["list-form"].elements.row.value));
}

export function openPlace(choose) {
  const fill = () => {
    const place = state.city.places[$("place-name").value];
    if (place) [$("latitude").value, $("longitude").value] = [place.latitude, place.longitude];
  };
  $("place-name").replaceChildren(
    ...state.city.places.map((place, number) => el("option", { value: String(number) }, place.name)),
    el("option", { value: "" }, "Titik lain (isi sendiri)"));
  $("place-name").onchange = fill;
  $("latitude").oninput = $("longitude").oninput = () => { $("place-name").value = ""; };
  fill();
  openDialog("place", async () => {
    const place = state.city.places[$("place-name").value];
    const point = { latitude: Number($("latitude").value), longitude: Number($("longitude").value) };
    await choose(place ?? point);
  });
}

// What can be attached

const ATTACHMENTS = [
  { id: "photo", name: "Foto", picture: "camera", open: openPhoto },
  { id: "album", name: "Album", picture: "album", open: (send) => openPhoto(send, true) },
  { id: "place", name: "Lokasi", picture: "pin", only: "whatsapp", open: (send) => openPlace((location) => send({ location })) },
  { id: "live", name: "Lokasi terkini", picture: "live", only: "whatsapp", open: (send) => openLive(send) },
  { id: "voice", name: "Pesan suara", picture: "mic", open: async (send) => send({ media: await upload(sampleVoice()), voice: true }) },
  { id: "sticker", name: "Stiker", picture: "sticker", only: "whatsapp", open: async (send) => send({ media: await upload(await sampleSticker()) }) },
  { id: "contact", name: "Kontak", picture: "contact", only: "whatsapp", open: (send) => send({ contacts: [state.city.contact] }) },
  { id: "file", name: "Berkas / video", picture: "file", open: (send) => openFile(send) },
  { id: "heart", name: "Suka", picture: "heart", only: "instagram", open: (send) => send({ like_heart: true }) },
  { id: "mention", name: "Sebut di cerita", picture: "story", only: "instagram", open: async (send) => send({ story_mention: await upload(await samplePhoto(0)) }) },
  { id: "answer", name: "Balas cerita kota", picture: "reply", only: "instagram", open: async (send) => send({ text: state.city.starters[0].text, story: await upload(await samplePhoto(0)) }) },
  { id: "share", name: "Bagikan kiriman", picture: "forward", only: "instagram", open: async (send) => send({ share: { kind: "ig_post", media: await upload(await samplePhoto(1)), title: "Kiriman tetangga" } }) },
];

export function openAttach(send) {
  const { channel } = state.selected;
  $("attachments").replaceChildren(...ATTACHMENTS.filter(({ only }) => !only || only === channel).map((kind) =>
    el("button", { type: "button", "data-attach": kind.id, on: { click: async () => {
      $("attach-dialog").close();
      await Promise.resolve(kind.open(send)).catch(() => {});
    } } }, el("span", { class: "disc" }, icon(kind.picture)), kind.name)));
  openDialog("attach");
}

async function upload(file, type = file.type) {
  const { id } = await call("POST", "/media", file, { "Content-Type": type || "application/octet-stream" });
  return id;
}

export function openPhoto(send, several = false) {
  const form = $("photo-dialog").querySelector("form");
  form.reset();
  const whatsapp = state.selected.channel === "whatsapp";
  $("photo-title").textContent = several ? "Kirim album" : "Kirim foto";
  $("caption-part").hidden = !whatsapp;
  $("photo-file").multiple = several;
  $("samples").replaceChildren(...SAMPLES.map(({ title }, number) =>
    el("label", {},
      el("input", { type: several ? "checkbox" : "radio", name: "sample", value: String(number), checked: several ? number < 3 : number === 0 }),
      thumbnail(number), el("span", {}, title))));
  openDialog("photo", async () => {
    const own = [...$("photo-file").files];
    const numbers = [...form.querySelectorAll("[name=sample]:checked")].map(({ value }) => Number(value));
    const files = own.length ? own : await Promise.all(numbers.map(samplePhoto));
    if (!files.length) throw new Error("Pilih foto dulu.");
    const media = [];
    for (const file of files) media.push(await upload(file));
    await send({ media: several ? media : media[0], caption: whatsapp ? $("caption").value.trim() : "" });
  });
}

function openFile(send) {
  const form = $("file-dialog").querySelector("form");
  form.reset();
  openDialog("file", async () => {
    const [file] = $("any-file").files;
    const kind = file.type.split("/")[0];
    const name = ["image", "video", "audio"].includes(kind) || state.selected.channel === "instagram" ? {} : { filename: file.name };
    await send({ media: await upload(file), ...name });
  });
}

const openLive = (send) => {
  const [place] = state.city.places;
  return send({ live_location: { latitude: place.latitude, longitude: place.longitude } });
};

// What can be done with a message

const EMOJIS = ["👍", "❤️", "🙏", "😂", "😮", "😢"];

export function openActions(line, button, channel, acts) {
  const mine = line.direction === "in";
  const own = line.reactions.in;
  const done = (act) => async () => {
    $("actions-dialog").close();
    await Promise.resolve(act()).catch(() => {});
  };
  const reactions = EMOJIS.map((emoji) => el("button", {
    type: "button", class: "emoji", "aria-pressed": String(own === emoji), "aria-label": `Reaksi ${emoji}`,
    on: { click: done(() => acts.react(own === emoji ? null : emoji)) },
  }, emoji));
  const item = (id, picture, name, act) => el("button", { type: "button", "data-act": id, on: { click: done(act) } }, icon(picture), name);
  const whatsapp = channel === "whatsapp";
  $("actions").replaceChildren(
    el("div", { class: "emojis", role: "group", "aria-label": "Beri reaksi" }, reactions),
    item("quote", "reply", "Balas", acts.quote),
    ...(whatsapp && (line.view.text || line.view.media.length) ? [item("forward", "forward", "Teruskan ke layanan", acts.forward)] : []),
    ...(mine && line.view.kind === "text" ? [item("edit", "edit", "Edit", acts.edit)] : []),
    ...(mine ? [item("unsend", "bin", whatsapp ? "Hapus untuk semua orang" : "Batalkan pengiriman", acts.unsend)] : []));
  openDialog("actions");
}
