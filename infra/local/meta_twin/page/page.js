// The demo page: citizens' phones on the left, the agencies' mailboxes on the right.
// Whatever comes from a message becomes a text node, never markup.

const $ = (id) => document.getElementById(id);
const state = { citizens: [], selected: null, chat: null, boxes: null, tab: "mail", drawn: "" };
const seenMail = new Set();
const drafts = new Map();
let city = { desk: "Aduan 112", greeting: "", places: [] };
let typing = { since: 0, until: 0 };

// Small tools

function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "class") node.className = value;
    else if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function drawing(viewBox, paths, attributes = {}) {
  const make = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const svg = make("svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  for (const path of paths) {
    const { tag = "path", ...rest } = typeof path === "string" ? { d: path } : path;
    const shape = make(tag);
    for (const [name, value] of Object.entries(rest)) shape.setAttribute(name, value);
    svg.append(shape);
  }
  return svg;
}

async function call(method, path, body, headers = { "Content-Type": "application/json" }) {
  const content = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  const response = await fetch(path, { method, body: content, headers: content === undefined ? {} : headers });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
const dayOf = (seconds) => new Date(seconds * 1000).toLocaleDateString("id-ID", { weekday: "long", day: "numeric", month: "long" });
const pathOf = (citizen) => `/citizens/${citizen.channel}/${encodeURIComponent(citizen.key)}`;
const same = (one, other) => one && other && one.channel === other.channel && one.key === other.key;

// Words: links can be clicked, on WhatsApp *bold*, _italic_ and ~struck~ are shown

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;
const STYLE = /(^|[\s(])([*_~])(\S(?:[^\n]*?\S)?)\2(?=$|[\s.,;:!?)])/gm;
const STYLED = { "*": "strong", _: "em", "~": "s" };

const plain = (text) => (text ?? "").replace(STYLE, "$1$3");
const shortened = (link) => (link.length > 64 ? `${link.slice(0, 48)}…${link.slice(-8)}` : link);

function words(text, styled = false) {
  const node = el("div", { class: "words" });
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    appendStyled(node, text.slice(from, match.index), styled);
    node.append(el("a", { href: match[0], target: "_blank", rel: "noopener noreferrer" }, shortened(match[0])));
    from = match.index + match[0].length;
  }
  appendStyled(node, text.slice(from), styled);
  return node;
}

function appendStyled(node, text, styled) {
  let from = 0;
  for (const match of styled ? text.matchAll(STYLE) : []) {
    node.append(text.slice(from, match.index) + match[1], el(STYLED[match[2]], {}, match[3]));
    from = match.index + match[0].length;
  }
  node.append(text.slice(from));
}

// People

function drawPeople() {
  const rows = state.citizens.map((citizen) =>
    el("li", {},
      el("button", {
        type: "button",
        "aria-current": same(citizen, state.selected) ? "true" : "false",
        on: { click: () => select(citizen) },
      },
      el("span", { class: `face ${citizen.channel}`, "aria-hidden": "true" }, citizen.name.split(" ").at(-1).slice(0, 1)),
      el("strong", {}, citizen.name),
      citizen.unread ? el("span", { class: "count", "aria-label": `${citizen.unread} belum dibaca` }, String(citizen.unread)) : el("span"),
      el("small", {}, plain(citizen.last) || addressOf(citizen)))));
  replaceKeepingFocus($("people"), rows);
  const unread = state.citizens.reduce((sum, citizen) => sum + citizen.unread, 0);
  count($("citizens-news"), unread);
  $("nobody").hidden = state.citizens.length > 0;
  $("chat").hidden = !state.selected;
}

function replaceKeepingFocus(list, rows) {
  const focused = [...list.children].findIndex((child) => child.contains(document.activeElement));
  list.replaceChildren(...rows);
  if (focused >= 0) list.children[Math.min(focused, rows.length - 1)]?.querySelector("button")?.focus();
}

function count(node, number) {
  node.hidden = number === 0;
  node.textContent = String(number);
}

function addressOf(citizen) {
  if (citizen.phone) return `+${citizen.phone}`;
  return citizen.username ?? citizen.key;
}

function select(citizen) {
  if (state.selected) drafts.set(pathOf(state.selected), $("text").value);
  state.selected = citizen;
  state.chat = null;
  state.drawn = "";
  typing = { since: 0, until: 0 };
  $("text").value = drafts.get(pathOf(citizen)) ?? "";
  $("trouble").hidden = true;
  history.replaceState(null, "", `#${citizen.channel}/${citizen.key}`);
  drawPeople();
  refreshChat();
}

// Chat

const TICKS = {
  sent: ["M2 7l4 4 8-9"],
  delivered: ["M1 7l4 4 8-9", "M8 10l1 1 8-9"],
  read: ["M1 7l4 4 8-9", "M8 10l1 1 8-9"],
};
const TICK_WORDS = { sent: "terkirim", delivered: "diterima", read: "dibaca" };

function drawChat() {
  const { citizen, messages } = state.chat;
  const phone = $("chat");
  phone.className = `phone ${citizen.channel}`;
  phone.setAttribute("aria-label", `Ponsel ${citizen.name}`);
  $("desk").textContent = city.desk;
  $("face").className = `face ${citizen.channel}`;
  $("owner").textContent = `Ponsel ${citizen.name} · ${addressOf(citizen)}`;
  $("channel").textContent = citizen.channel === "whatsapp" ? "WhatsApp" : "Instagram";
  $("place").hidden = citizen.channel !== "whatsapp";

  const answered = messages.at(-1)?.direction === "out" && messages.at(-1).at * 1000 > typing.since;
  const types = Date.now() < typing.until && !answered;
  const signature = JSON.stringify([citizen.key, types, messages.map((message) => [message.id, message.status])]);
  if (signature === state.drawn) return;
  const known = new Set(JSON.parse(state.drawn || "[null, false, []]")[2].map(([id]) => id));
  state.drawn = signature;

  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const focused = document.activeElement?.dataset?.tap;
  const nodes = [];
  let day = "";
  for (const message of messages) {
    if (dayOf(message.at) !== day) nodes.push(el("p", { class: "day" }, (day = dayOf(message.at))));
    nodes.push(drawMessage(message, messages, citizen, known.size > 0 && !known.has(message.id)));
  }
  if (types) nodes.push(el("p", { class: "typing" }, "sedang mengetik …"));
  log.replaceChildren(...nodes);
  if (focused) log.querySelector(`[data-tap="${CSS.escape(focused)}"]`)?.focus();
  if (atEnd || known.size === 0) log.scrollTop = log.scrollHeight;
  drawQuickReplies(citizen, messages);
}

function drawMessage(message, messages, citizen, fresh) {
  const { view } = message;
  const mine = message.direction === "in";
  const whatsapp = citizen.channel === "whatsapp";
  const bubble = el("div", { class: `bubble${message.status === "failed" ? " failed" : ""}` },
    el("span", { class: "hidden" }, mine ? `${citizen.name}: ` : `${city.desk}: `),
    drawQuote(view.quotes, messages),
    view.header && el("p", { class: "head" }, view.header),
    view.media.map((id) => drawMedia(id, view, mine)),
    view.location && drawLocation(view.location),
    view.text && words(view.text, whatsapp),
    !view.text && !view.media.length && !view.location && el("p", { class: "foot" }, `(${view.kind})`),
    view.footer && el("p", { class: "foot" }, view.footer),
    el("p", { class: "meta" },
      message.status === "failed" && "gagal terkirim ·",
      el("time", { dateTime: new Date(message.at * 1000).toISOString() }, clock(message.at)),
      mine && drawTicks(message.status)));
  const taps = drawTaps(message, citizen);
  return el("div", { class: `message${mine ? " mine" : ""}${fresh ? " fresh" : ""}` },
    el("div", { class: `block${taps ? " wide" : ""}` }, bubble, taps));
}

function drawTicks(status) {
  if (!TICKS[status]) return null;
  const ticks = drawing("0 0 18 13", TICKS[status], { class: `ticks ${status}` });
  return [ticks, el("span", { class: "hidden" }, TICK_WORDS[status])];
}

function drawQuote(id, messages) {
  const quoted = id && messages.find((message) => message.id === id);
  if (!quoted) return null;
  return el("div", { class: "quoted" }, plain(quoted.view.text) || `(${quoted.view.kind})`);
}

function drawMedia(id, view, mine) {
  const source = `/media/${encodeURIComponent(id)}`;
  if (view.kind === "video") return el("video", { src: source, controls: true });
  if (["audio", "document"].includes(view.kind)) return el("p", {}, el("a", { href: source, target: "_blank", rel: "noopener" }, "Buka berkas"));
  const words = mine ? "Foto dari warga" : "Foto dari petugas";
  return el("a", { href: source, target: "_blank", rel: "noopener" }, el("img", { src: source, alt: words, on: { load: keepEnd } }));
}

/** A picture that arrives makes the log longer: stay at its end if we were there. */
function keepEnd(event) {
  const log = $("log");
  if (log.scrollHeight - log.scrollTop - log.clientHeight < event.target.clientHeight + 80) log.scrollTop = log.scrollHeight;
}

function drawLocation(location) {
  const map = drawing("0 0 240 120", [
    { tag: "rect", width: "240", height: "120", fill: "#e6ecdf" },
    { d: "M0 30q60 14 120-6t120 8v16q-70-14-120 4t-120-8z", fill: "#a9cbe6" },
    { d: "M0 90h240M60 44v76M150 40v80M200 34v86M0 70l240 26", stroke: "#fff", "stroke-width": "6", fill: "none" },
    { d: "M120 88c-16-20-20-28-20-36a20 20 0 0 1 40 0c0 8-4 16-20 36z", fill: "#c6352b" },
    { tag: "circle", cx: "120", cy: "52", r: "8", fill: "#fff" },
  ], { class: "map" });
  const position = `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`;
  return el("div", {}, map,
    el("p", { class: "head" }, location.name ?? "Lokasi"),
    location.address && el("p", { class: "spot" }, location.address),
    el("p", { class: "spot" }, position));
}

function drawTaps(message, citizen) {
  const { view } = message;
  const taps = (view.buttons ?? []).map((offer) =>
    tapButton(message, offer.title, offer.id, () => tap(citizen, message, offer)));
  if (view.list) taps.push(tapButton(message, view.list.button, "list", () => openList(citizen, message)));
  if (view.asks_location) taps.push(tapButton(message, "Kirim lokasi", "location", openPlace));
  if (view.link) taps.push(el("a", { href: view.link.url, target: "_blank", rel: "noopener noreferrer" }, view.link.title));
  return taps.length ? el("div", { class: "taps" }, taps) : null;
}

function tapButton(message, title, id, click) {
  return el("button", { type: "button", "data-tap": `${message.id} ${id}`, on: { click } }, title);
}

function drawQuickReplies(citizen, messages) {
  const last = messages.at(-1);
  const offers = last?.direction === "out" ? last.view.quick_replies ?? [] : [];
  $("quick").hidden = offers.length === 0;
  $("quick").replaceChildren(...offers.map((offer) =>
    el("button", { type: "button", on: { click: () => tap(citizen, last, offer) } }, offer.title)));
}

// What a citizen does

async function send(content) {
  try {
    await call("POST", `${pathOf(state.selected)}/messages`, content);
    $("trouble").hidden = true;
  } catch (error) {
    $("trouble").textContent = `Tidak terkirim: ${error.message}`;
    $("trouble").hidden = false;
    throw error;
  } finally {
    $("log").scrollTop = $("log").scrollHeight;
    await refresh();
  }
}

const tap = (_, message, offer) =>
  send({ reply: { id: offer.id, title: offer.title, message: message.id } }).catch(() => {});

async function addCitizen(fields) {
  const citizen = await call("POST", "/citizens", fields);
  await refreshPeople();
  select(state.citizens.find((row) => same(row, citizen)) ?? citizen);
  $("text").focus();
}

function openList(citizen, message) {
  const { list } = message.view;
  $("list-title").textContent = list.button;
  $("rows").replaceChildren(...list.sections.flatMap((section) => [
    section.title && el("h3", {}, section.title),
    ...section.rows.map((row) => el("label", {},
      el("input", { type: "radio", name: "row", value: row.id, required: true }),
      el("span", {}, row.title),
      row.description && el("small", {}, row.description))),
  ].filter(Boolean)));
  openDialog("list", async () => {
    const chosen = $("list-form").elements.row.value;
    await send({ reply: { id: chosen, message: message.id } });
  });
}

function openPlace() {
  const choose = () => {
    const place = city.places[$("place-name").value];
    if (place) [$("latitude").value, $("longitude").value] = [place.latitude, place.longitude];
  };
  $("place-name").replaceChildren(
    ...city.places.map((place, number) => el("option", { value: String(number) }, place.name)),
    el("option", { value: "" }, "Titik lain (isi sendiri)"));
  $("place-name").onchange = choose;
  $("latitude").oninput = $("longitude").oninput = () => { $("place-name").value = ""; };
  choose();
  openDialog("place", async () => {
    const place = city.places[$("place-name").value];
    const point = { latitude: Number($("latitude").value), longitude: Number($("longitude").value) };
    await send({ location: place ?? point });
  });
}

// Photos: three pictures drawn here, or a file

const SAMPLES = [
  ["Lampu jalan mati", drawDarkStreet],
  ["Jalan berlubang", drawPothole],
  ["Banjir", drawFlood],
];

function drawDarkStreet(pen, width, height) {
  fill(pen, "#1a2036", 0, 0, width, height);
  fill(pen, "#0d1020", 0, height * .72, width, height * .28);
  for (const [x, size] of [[.08, .3], [.27, .42], [.6, .35], [.8, .48]]) fill(pen, "#242b45", width * x, height * (.72 - size), width * .16, height * size);
  for (const x of [.3, .34, .84, .88]) fill(pen, "#e8c869", width * x, height * .45, width * .02, height * .04);
  pen.strokeStyle = "#59627d";
  pen.lineWidth = width * .018;
  pen.beginPath();
  pen.moveTo(width * .52, height * .86);
  pen.lineTo(width * .52, height * .2);
  pen.quadraticCurveTo(width * .52, height * .12, width * .62, height * .13);
  pen.stroke();
  fill(pen, "#39405a", width * .6, height * .12, width * .09, height * .05);
}

function drawPothole(pen, width, height) {
  fill(pen, "#9ec6e0", 0, 0, width, height * .35);
  fill(pen, "#6f9a55", 0, height * .3, width, height * .15);
  fill(pen, "#6d6f73", 0, height * .42, width, height * .58);
  for (const x of [.1, .42, .74]) fill(pen, "#e9e6d8", width * x, height * .5, width * .14, height * .025);
  for (const [size, colour] of [[1, "#4a4b4e"], [.78, "#33312e"], [.5, "#5b7a8c"]]) {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(width * .5, height * .75, width * .3 * size, height * .14 * size, .08, 0, 7);
    pen.fill();
  }
}

function drawFlood(pen, width, height) {
  fill(pen, "#aab4bb", 0, 0, width, height);
  for (const [x, roof] of [[.06, "#a04a35"], [.4, "#7d5a45"], [.7, "#944a3c"]]) {
    fill(pen, "#e9e0cf", width * x, height * .35, width * .26, height * .4);
    pen.fillStyle = roof;
    pen.beginPath();
    pen.moveTo(width * (x - .03), height * .36);
    pen.lineTo(width * (x + .13), height * .18);
    pen.lineTo(width * (x + .29), height * .36);
    pen.fill();
    fill(pen, "#5b4a3c", width * (x + .1), height * .5, width * .06, height * .25);
  }
  fill(pen, "#8b7355", 0, height * .62, width, height * .38);
  pen.strokeStyle = "#b09a78";
  pen.lineWidth = height * .012;
  for (const y of [.68, .76, .84, .92]) {
    pen.beginPath();
    for (let x = 0; x <= width; x += width / 16) pen.lineTo(x, height * (y + .012 * Math.sin(x / width * 25 + y * 40)));
    pen.stroke();
  }
}

function fill(pen, colour, x, y, width, height) {
  pen.fillStyle = colour;
  pen.fillRect(x, y, width, height);
}

function sampleCanvas(draw, width, height) {
  const canvas = el("canvas", { width, height });
  draw(canvas.getContext("2d"), width, height);
  return canvas;
}

function openPhoto() {
  $("photo-form").reset();
  $("caption-part").hidden = state.selected.channel !== "whatsapp";
  $("samples").replaceChildren(...SAMPLES.map(([title, draw], number) =>
    el("label", {},
      el("input", { type: "radio", name: "sample", value: String(number), checked: number === 0 }),
      sampleCanvas(draw, 240, 180),
      title)));
  openDialog("photo", async () => {
    const file = $("photo-file").files[0] ?? await samplePhoto(Number($("photo-form").elements.sample.value));
    const type = file.type || "application/octet-stream";
    const { id } = await call("POST", "/media", file, { "Content-Type": type });
    const caption = state.selected.channel === "whatsapp" ? $("caption").value.trim() : "";
    await send({ media: id, caption });
  });
}

function samplePhoto(number) {
  const canvas = sampleCanvas(SAMPLES[number][1], 1280, 960);
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", .85); });
}

// Dialogs

function openDialog(name, act) {
  const dialog = $(`${name}-dialog`);
  const form = $(`${name}-form`);
  const trouble = form.querySelector(".trouble");
  trouble.hidden = true;
  form.onsubmit = async (event) => {
    event.preventDefault();
    try {
      await act();
      dialog.close();
    } catch (error) {
      trouble.textContent = error.message;
      trouble.hidden = false;
    }
  };
  form.querySelector(".cancel").onclick = () => dialog.close();
  dialog.showModal();
}

function openAdd() {
  const form = $("add-form");
  const choose = () => { $("phone-part").hidden = form.elements.kind.value !== "whatsapp"; };
  form.reset();
  form.onchange = choose;
  choose();
  openDialog("add", async () => {
    const kind = $("add-form").elements.kind.value;
    const fields = { channel: kind === "instagram" ? "instagram" : "whatsapp" };
    if (kind === "hidden") fields.hide_phone = true;
    if ($("add-name").value.trim()) fields.name = $("add-name").value.trim();
    if (kind === "whatsapp" && $("add-phone").value.trim()) fields.phone = $("add-phone").value.trim();
    await addCitizen(fields);
  });
}

// Mailboxes

function drawBoxes() {
  const { agencies, mail, sms, reachable } = state.boxes;
  const chosen = $("agency").value;
  const options = [["", "Semua dinas"], ...Object.entries(agencies)];
  if ($("agency").options.length !== options.length) {
    $("agency").replaceChildren(...options.map(([id, name]) => el("option", { value: id, selected: id === chosen }, name)));
  }
  const mine = mail.filter((letter) => !chosen || letter.agency === chosen).reverse();
  const nodes = state.tab === "mail"
    ? mine.map((letter) => drawLetter(letter, agencies))
    : [
      ...mine.filter((letter) => letter.sms).map((letter) => drawText(agencies[letter.agency] ?? letter.agency, letter.sms, letter.at)),
      ...(chosen ? [] : [...sms].reverse().map((text) => drawText(text.to, text.text))),
    ];
  if (!nodes.length) nodes.push(el("p", { class: "empty" }, reachable
    ? state.tab === "mail" ? "Belum ada surat. Surat datang begitu sebuah laporan diteruskan." : "Belum ada SMS."
    : "Kotak surat tidak dapat dibuka: sistemnya belum berjalan."));
  const signature = JSON.stringify([state.tab, chosen, reachable, mine.length, sms.length, [...seenMail].length]);
  if ($("letters").dataset.drawn !== signature) {
    $("letters").dataset.drawn = signature;
    $("letters").replaceChildren(...nodes);
  }
  count($("agencies-news"), mail.filter((letter) => !seenMail.has(letter.id)).length);
}

function drawLetter(letter, agencies) {
  const links = letter.text.match(LINK) ?? [];
  const desk = state.boxes.desk_url;
  const door = links.find((link) => desk && link.startsWith(desk)) ?? links.at(-1);
  const see = () => { seenMail.add(letter.id); drawBoxes(); };
  return el("article", { class: `letter${seenMail.has(letter.id) ? "" : " new"}` },
    el("header", {}, el("span", {}, agencies[letter.agency] ?? letter.agency), el("time", { dateTime: new Date(letter.at * 1000).toISOString() }, clock(letter.at))),
    el("h3", {}, letter.subject || "(tanpa judul)"),
    words(letter.text),
    door && el("p", { class: "actions" },
      el("a", { href: door, target: "_blank", rel: "noopener", on: { click: see } }, "Buka sebagai petugas"),
      el("button", { type: "button", on: { click: () => { see(); openSmall(door); } } }, "Jendela kecil")));
}

function openSmall(link) {
  window.open(link, "petugas", "popup,noopener,width=420,height=820");
}

function drawText(to, text, at) {
  return el("article", { class: "letter" },
    el("header", {}, el("span", {}, `SMS ke ${to}`), at ? el("time", {}, clock(at)) : null),
    words(text));
}

function chooseTab(tab) {
  state.tab = tab;
  for (const name of ["mail", "sms"]) {
    $(`tab-${name}`).setAttribute("aria-selected", String(name === tab));
    $(`tab-${name}`).tabIndex = name === tab ? 0 : -1;
  }
  $("letters").setAttribute("aria-labelledby", `tab-${tab}`);
  if (state.boxes) drawBoxes();
}

function chooseSide(side) {
  document.body.dataset.side = side;
  $("show-citizens").setAttribute("aria-pressed", String(side === "citizens"));
  $("show-agencies").setAttribute("aria-pressed", String(side === "agencies"));
}

// Keeping up to date

async function refreshPeople() {
  state.citizens = await call("GET", "/citizens");
  if (!state.selected && state.citizens.length) {
    const [channel, key] = location.hash.slice(1).split("/");
    const wanted = state.citizens.find((citizen) => same(citizen, { channel, key }));
    select(wanted ?? state.citizens[0]);
  }
  drawPeople();
}

async function refreshChat() {
  const { selected } = state;
  if (!selected) return;
  const chat = await call("GET", pathOf(selected));
  if (!same(selected, state.selected)) return;
  state.chat = chat;
  drawChat();
  const unread = chat.messages.some((message) => message.direction === "out" && ["sent", "delivered"].includes(message.status));
  if (unread && isSeen()) await call("POST", `${pathOf(selected)}/read`);
}

const isSeen = () => document.visibilityState === "visible" && $("chat").offsetParent !== null;

async function refreshBoxes() {
  const first = state.boxes === null;
  state.boxes = await call("GET", "/mailboxes");
  if (first) for (const letter of state.boxes.mail) seenMail.add(letter.id);
  drawBoxes();
}

async function refresh() {
  await Promise.all([refreshPeople(), refreshChat()]);
}

async function refreshLink() {
  const { verified } = await call("GET", "/health");
  const words = verified ? "Webhook terhubung" : "Webhook belum terhubung";
  if ($("link").textContent !== words) $("link").textContent = words;
  $("link").dataset.state = verified ? "ok" : "bad";
}

function lostTouch() {
  $("link").textContent = "Peraga tidak menjawab";
  $("link").dataset.state = "bad";
}

let waiting = false;
function refreshSoon() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => { waiting = false; refresh().catch(lostTouch); }, 60);
}

function hear(event) {
  const change = JSON.parse(event.data);
  if (change.typing && same({ channel: change.channel, key: change.citizen }, state.selected)) {
    typing = { since: Date.now(), until: Date.now() + 25_000 };
    setTimeout(refreshSoon, 25_100);
  }
  refreshSoon();
}

async function every(seconds, work) {
  for (;;) {
    if (document.visibilityState === "visible") await work().catch(lostTouch);
    await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
  }
}

// Start

$("photo").append(drawing("0 0 24 24", ["M4 7h3l2-3h6l2 3h3v13H4z", { tag: "circle", cx: "12", cy: "13", r: "4" }]));
$("place").append(drawing("0 0 24 24", ["M12 21c-5-6-7-9-7-12a7 7 0 0 1 14 0c0 3-2 6-7 12z", { tag: "circle", cx: "12", cy: "9", r: "2.5" }]));
document.querySelector(".send").append(drawing("0 0 24 24", ["M4 12l16-8-5 16-3-7z", "M12 13l8-9"]));

$("add").addEventListener("click", openAdd);
$("photo").addEventListener("click", openPhoto);
$("place").addEventListener("click", openPlace);
$("show-citizens").addEventListener("click", () => { chooseSide("citizens"); refreshChat(); });
$("show-agencies").addEventListener("click", () => chooseSide("agencies"));
$("tab-mail").addEventListener("click", () => chooseTab("mail"));
$("tab-sms").addEventListener("click", () => chooseTab("sms"));
$("agency").addEventListener("change", drawBoxes);
for (const channel of ["whatsapp", "instagram"]) {
  $(`first-${channel}`).addEventListener("click", () => addCitizen({ channel }).catch(lostTouch));
}
document.querySelector(".tabs").addEventListener("keydown", (event) => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  chooseTab(state.tab === "mail" ? "sms" : "mail");
  $(`tab-${state.tab}`).focus();
});
$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  $("text").value = "";
  fitText();
  send({ text }).catch(() => { $("text").value = text; });
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
});
function fitText() {
  $("text").style.height = "auto";
  $("text").style.height = `${$("text").scrollHeight + 2}px`;
}
$("text").addEventListener("input", fitText);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh().catch(lostTouch); });

city = await call("GET", "/city.json");
document.title = `${city.desk} – peraga`;
$("greeting").textContent = city.greeting;
new EventSource("/events").addEventListener("message", hear);
every(10, refresh);
every(2, refreshBoxes);
every(5, refreshLink);
