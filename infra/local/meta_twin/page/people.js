// The citizens: whose phone is in the middle of the page.

import { $, announce, arrange, call, count, el, keeper, oneStop } from "./dom.js";
import { plain } from "./words.js";
import { addressOf, channelName, same, state } from "./state.js";

const rows = keeper();
const order = [];
let onSelect = () => {};

export const whenSelected = (listener) => { onSelect = listener; };

export async function refreshPeople() {
  state.citizens = await call("GET", "/citizens");
  const keys = new Map(state.citizens.map((citizen) => [keyOf(citizen), citizen]));
  const fresh = [...keys.keys()].filter((key) => !order.includes(key));
  order.unshift(...fresh);
  if (!state.selected && state.citizens.length) {
    const [channel, key] = location.hash.slice(1).split("/").map(decodeURIComponent);
    select(state.citizens.find((citizen) => same(citizen, { channel, key })) ?? keys.get(order[0]));
  }
  state.selected = keys.get(state.selected && keyOf(state.selected)) ?? state.selected;
  drawPeople(keys);
}

const keyOf = (citizen) => `${citizen.channel}/${citizen.key}`;

function drawPeople(keys) {
  const nodes = order.filter((key) => keys.has(key)).map((key) => {
    const citizen = keys.get(key);
    const current = same(citizen, state.selected);
    const unread = current ? 0 : citizen.unread;
    const shown = [citizen.name, unread, current, plain(citizen.last).slice(0, 60)];
    return rows.draw(key, shown, () => drawPerson(citizen, current, unread));
  });
  arrange($("people"), nodes);
  oneStop($("people"));
  count($("citizens-news"), state.citizens.reduce((sum, citizen) => sum + citizen.unread, 0), "pesan belum dibaca");
  $("phone").hidden = !state.selected;
}

function drawPerson(citizen, current, unread) {
  return el("li", {},
    el("button", {
      type: "button",
      class: "person",
      "aria-current": current ? "true" : "false",
      "data-focus": "person",
      on: { click: () => select(citizen) },
    },
    face(citizen),
    el("span", { class: "name" }, citizen.name),
    el("small", {}, channelName(citizen.channel)),
    unread > 0 && el("span", { class: "count" }, String(unread), el("span", { class: "hidden" }, " pesan belum dibaca"))));
}

export function face(citizen) {
  const shade = [...citizen.key].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 6, 7);
  const name = citizen.name.split(" ").at(-1);
  return el("span", { class: `face ${citizen.channel} shade${shade}`, "aria-hidden": "true" }, name.slice(0, 1).toUpperCase());
}

export function select(citizen) {
  const before = state.selected;
  state.selected = citizen;
  history.replaceState(null, "", `#${citizen.channel}/${encodeURIComponent(citizen.key)}`);
  onSelect(citizen, before);
  drawPeople(new Map(state.citizens.map((each) => [keyOf(each), each])));
  if (before && !same(before, citizen)) announce(`Ponsel ${citizen.name}, ${channelName(citizen.channel)}, ${addressOf(citizen)}`);
}

/** Nobody there yet: invite the people of `city.json`, on every channel one at least. */
export async function invite() {
  if ((await call("GET", "/citizens")).length) return;
  for (const person of state.city.people) await call("POST", "/citizens", person).catch(() => {});
}

export async function addCitizen(fields) {
  const citizen = await call("POST", "/citizens", fields);
  await refreshPeople();
  select(state.citizens.find((row) => same(row, citizen)) ?? citizen);
}
