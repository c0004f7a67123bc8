// The demo page: the citizens' phones, the agencies' mailboxes, the way of each report.

import { $, call, el, walkWithArrows } from "./dom.js";
import { placeIcons } from "./icons.js";
import { hearTyping, prepareComposer, refreshChat, send, takePhone } from "./chat.js";
import { followPhone, refreshReports } from "./journey.js";
import { prepareOffice, refreshBoxes } from "./office.js";
import { addCitizen, invite, refreshPeople, whenSelected } from "./people.js";
import { openAttach, openDialog, openPhoto } from "./sheets.js";
import { same, state } from "./state.js";

const SIDES = ["citizens", "agencies", "journeys"];

function chooseSide(side) {
  document.body.dataset.side = side;
  for (const each of SIDES) $(`show-${each}`).setAttribute("aria-pressed", String(each === side));
  if (side === "citizens") refreshChat().catch(lostTouch);
}

function openAdd() {
  const form = document.forms["add-form"];
  const choose = () => { $("phone-part").hidden = form.elements.kind.value !== "whatsapp"; };
  form.reset();
  form.onchange = choose;
  choose();
  openDialog("add", async () => {
    const kind = form.elements.kind.value;
    const fields = { channel: kind === "instagram" ? "instagram" : "whatsapp" };
    if (kind === "hidden") fields.hide_phone = true;
    if ($("add-name").value.trim()) fields.name = $("add-name").value.trim();
    if (kind === "whatsapp" && $("add-phone").value.trim()) fields.phone = $("add-phone").value.trim();
    await addCitizen(fields);
  }, () => $("text").focus());
}

// Keeping up to date

function showLink(words, standing) {
  if ($("link").textContent !== words) $("link").textContent = words;
  $("link").dataset.state = standing;
}

async function refreshLink() {
  const { verified } = await call("GET", "/health");
  showLink(verified ? "Sistem terhubung" : "Webhook belum terhubung", verified ? "ok" : "bad");
}

/** WhatsApp bills each message to a citizen after the free thousand of a month. */
async function refreshBill() {
  const { free_a_month: free, free_left: left, usd } = await call("GET", "/usage");
  const dollars = usd > 0 ? ` · US$ ${usd.toLocaleString("id-ID")}` : "";
  $("bill").hidden = false;
  $("bill").replaceChildren("Pesan WhatsApp bulan ini: ", el("strong", {}, String(free - left)), ` dari ${free.toLocaleString("id-ID")} gratis${dollars}`);
}

const lostTouch = () => showLink("Peraga tidak menjawab", "bad");

let waiting = false;
function refreshSoon() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    Promise.all([refreshPeople(), refreshChat()]).catch(lostTouch);
  }, 60);
}

let looking = false;
/** What is said on a phone mostly comes of something that happened to a report. */
function lookAroundSoon() {
  if (looking) return;
  looking = true;
  setTimeout(() => {
    looking = false;
    Promise.all([refreshBoxes(), refreshReports(), refreshBill()]).catch(lostTouch);
  }, 400);
}

function hear(event) {
  const change = JSON.parse(event.data);
  if (change.typing && same({ channel: change.channel, key: change.citizen }, state.selected)) hearTyping();
  refreshSoon();
  lookAroundSoon();
}

async function every(seconds, work) {
  for (;;) {
    if (document.visibilityState === "visible") await work().catch(lostTouch);
    await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
  }
}

// Start

placeIcons();
prepareComposer();
prepareOffice();
whenSelected((citizen, before) => { followPhone(); takePhone(citizen, before); });
for (const list of ["people", "letters", "reports"]) walkWithArrows($(list));
for (const side of SIDES) $(`show-${side}`).addEventListener("click", () => chooseSide(side));
$("add").addEventListener("click", openAdd);
$("attach").addEventListener("click", () => openAttach(send));
$("camera").addEventListener("click", () => openPhoto(send));
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refreshSoon(); });

state.city = await call("GET", "/city.json");
document.title = `${state.city.desk} – simulasi`;
$("title").textContent = state.city.desk;
await invite().catch(lostTouch);
new EventSource("/events").addEventListener("message", hear);
every(10, refreshPeople);
every(10, refreshChat);
every(1.5, refreshBoxes);
every(1.5, refreshReports);
every(5, refreshLink);
every(10, refreshBill);
