// From a list of events to what a phone shows: reactions on their message, albums as one, no
// line for what is none.

const ALBUM_WITHIN_S = 3;

/** [{ id, direction, at, status, view, reactions: {in, out}, album: [message], edited }] */
export function fold(messages) {
  const reactions = new Map();
  const edited = new Set();
  const revoked = new Set();
  const lines = [];
  for (const message of messages) {
    const { kind, about } = message.view;
    if (kind === "reaction") reactions.set(about, { ...reactions.get(about), [message.direction]: message.view.emoji });
    else if (kind === "edit") edited.add(about);
    else if (kind === "revoke") revoked.add(about);
    else if (kind !== "event") lines.push(message);
  }
  return albums(lines).map((line) => ({
    ...line,
    reactions: reactions.get(line.id) ?? {},
    edited: edited.has(line.id),
    deleted: line.status === "deleted" || revoked.has(line.id),
  }));
}

function albums(lines) {
  const folded = [];
  for (const line of lines) {
    const before = folded.at(-1);
    if (before && isPicture(before) && isPicture(line) && before.direction === line.direction
      && line.at - before.album.at(-1).at < ALBUM_WITHIN_S && !line.view.text && !line.view.quotes) {
      before.album.push(line);
      before.status = lower(before.status, line.status);
    } else folded.push({ ...line, album: [line] });
  }
  return folded;
}

const isPicture = ({ direction, status, view }) =>
  direction === "in" && view.kind === "image" && view.files.length === 1 && status !== "deleted";

const RANK = ["sent", "delivered", "read"];
const lower = (one, other) => (RANK.indexOf(one) < RANK.indexOf(other) ? one : other);

export function summary({ view, status }) {
  if (status === "deleted") return "Pesan ini dihapus";
  const what = {
    image: "Foto", video: "Video", audio: "Pesan suara", document: view.filename || "Dokumen", sticker: "Stiker",
    location: "Lokasi", live_location: "Lokasi terkini", contacts: "Kontak", story_mention: "Menyebut dalam cerita",
    like_heart: "❤️", unsupported: "Pesan tidak didukung", file: "Berkas",
  }[view.kind];
  return view.text || what || "Pesan";
}
