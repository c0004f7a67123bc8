"use strict";
// The dashboard page of the CloudWatch console, as far as custom widgets go. What a widget's function sends
// has been stripped by the server; here its cwdb-actions come to life, and its fields go back as forms.all.

const root = document.documentElement;
const main = document.getElementById("widgets");
const state = { name: "", theme: localStorage.getItem("theme") || "light", timer: 0, drawn: [] };

async function json(url, body) {
  const answer = await fetch(url, body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

function fields(body) {
  const all = {};
  for (const field of body.querySelectorAll("input[name],select[name],textarea[name]")) {
    if (field.type === "radio" && !field.checked) continue;
    all[field.name] = field.type === "checkbox" ? field.checked : field.value;
  }
  return all;
}

function contextOf(widget) {
  const end = Date.now();
  return {
    dashboardName: state.name, widgetId: widget.id, accountId: "000000000000", locale: "id",
    timezone: { label: "Local", offsetISO: "+07:00", offsetInMinutes: -420 }, period: 300, isAutoPeriod: true,
    timeRange: { mode: "relative", start: end - 3 * 3600e3, end, relativeStart: 3 * 3600e3 },
    theme: state.theme, linkCharts: true, title: widget.title, params: widget.params,
    forms: { all: fields(widget.body) }, width: widget.body.clientWidth, height: widget.body.clientHeight,
  };
}

function ask(question) {
  const dialog = document.getElementById("confirm");
  document.getElementById("question").textContent = question;
  dialog.showModal();
  return new Promise((resolve) => {
    document.getElementById("yes").onclick = () => { dialog.close(); resolve(true); };
    document.getElementById("no").onclick = () => { dialog.close(); resolve(false); };
    dialog.oncancel = () => resolve(false);
  });
}

function popup(html, widget) {
  const dialog = document.getElementById("popup");
  put(document.getElementById("popup-body"), html, widget);
  document.getElementById("close").onclick = () => dialog.close();
  if (!dialog.open) dialog.showModal();
}

async function call(widget, endpoint, params, display) {
  widget.body.classList.add("busy");
  try {
    const answer = await json("/widget", { endpoint, params, widgetContext: contextOf(widget) });
    const html = answer.error !== undefined ? `<p></p>` : answer.html ?? "";
    if (display === "popup") popup(html, widget); else put(widget.body, html, widget);
    if (answer.error !== undefined) widget.body.textContent = answer.error;
    if (answer.markdown !== undefined) widget.body.textContent = answer.markdown;
  } finally {
    widget.body.classList.remove("busy");
  }
}

// "The cwdb-action element defines a behavior on the immediately previous element."
function put(body, html, widget) {
  body.innerHTML = html;
  body.classList.toggle("styled", !body.querySelector(".cwdb-no-default-styles"));
  for (const form of body.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());
  for (const action of body.querySelectorAll("cwdb-action")) {
    const element = action.previousElementSibling;
    if (!element) continue;
    const given = action.textContent.trim();
    const kind = action.getAttribute("action") || "html";
    const wanted = action.getAttribute("event") || "click";
    if (!["click", "dblclick", "mouseenter"].includes(wanted) || (wanted === "mouseenter" && kind !== "html")) continue;
    element.addEventListener(wanted, async (event) => {
      event.preventDefault();
      const question = action.getAttribute("confirmation");
      if (question && !(await ask(question))) return;
      const display = action.getAttribute("display") || "widget";
      if (kind === "html") return display === "popup" ? popup(action.innerHTML, widget) : put(widget.body, action.innerHTML, widget);
      const endpoint = action.getAttribute("endpoint");
      if (kind === "call" && endpoint) await call(widget, endpoint, given ? JSON.parse(given) : {}, display);
    });
  }
}

function markdown(text) {
  const box = document.createElement("div");
  let table = null;
  for (const line of text.split("\n")) {
    if (line.startsWith("|")) {
      if (/^\|[-|\s]+$/.test(line)) continue;
      if (!table) { table = document.createElement("table"); box.append(table); }
      const row = table.insertRow();
      for (const cell of line.slice(1, line.lastIndexOf("|")).split("|")) row.insertCell().textContent = cell.trim();
      continue;
    }
    table = null;
    if (!line.trim()) continue;
    const element = document.createElement(line.startsWith("#") ? "h2" : "p");
    element.textContent = line.replace(/^#+\s*/, "");
    box.append(element);
  }
  return box;
}

function draw(body) {
  main.replaceChildren();
  state.drawn = [];
  body.widgets.forEach((each, n) => {
    const box = document.createElement("section");
    box.className = "widget";
    box.style.gridColumn = `${(each.x || 0) + 1} / span ${each.width || 6}`;
    const properties = each.properties || {};
    if (properties.title) {
      const title = document.createElement("h1");
      title.textContent = properties.title;
      box.append(title);
    }
    const inner = document.createElement("div");
    inner.className = "widget-body styled";
    box.append(inner);
    main.append(box);
    if (each.type === "text") { inner.append(markdown(properties.markdown || "")); return; }
    if (each.type !== "custom") {
      inner.className = "placeholder widget-body";
      const names = properties.alarms ? `${properties.alarms.length} alarm` : `${(properties.metrics || []).length} metrik`;
      inner.textContent = `(${each.type}: ${names} – hanya di konsol AWS)`;
      return;
    }
    const widget = { id: `widget-${n}`, title: properties.title || "", params: properties.params || {}, endpoint: properties.endpoint, updates: properties.updateOn || {}, body: inner };
    state.drawn.push(widget);
    call(widget, widget.endpoint, widget.params, "widget");
  });
}

function refresh(all) {
  for (const widget of state.drawn) if (all || widget.updates.refresh) call(widget, widget.endpoint, widget.params, "widget");
}

async function open(name) {
  state.name = name;
  for (const link of document.querySelectorAll("nav a")) link.toggleAttribute("aria-current", link.dataset.name === name);
  draw(await json(`/dashboards/${encodeURIComponent(name)}`));
}

// Not of CloudWatch: the callers' phones, since no SMS leaves this machine.
async function texts() {
  const list = document.createElement("dl");
  for (const { number, text } of await json("/texts")) {
    const [to, said] = [document.createElement("dt"), document.createElement("dd")];
    to.textContent = number;
    for (const part of text.split(/(https?:\/\/\S+)/)) {
      const link = part.startsWith("http") && document.createElement("a");
      if (link) Object.assign(link, { href: part, target: "_blank", rel: "noreferrer", textContent: part });
      said.append(link || part);
    }
    list.append(to, said);
  }
  if (!list.children.length) list.textContent = "Belum ada SMS.";
  popup("", null);
  document.getElementById("popup-body").append(list);
}

function dress(theme) {
  state.theme = theme;
  localStorage.setItem("theme", theme);
  root.classList.toggle("dark", theme === "dark");
  document.getElementById("theme").textContent = theme === "dark" ? "Terang" : "Gelap";
}

async function begin() {
  dress(state.theme);
  document.getElementById("theme").onclick = () => { dress(state.theme === "dark" ? "light" : "dark"); open(state.name); };
  document.getElementById("texts").onclick = texts;
  document.getElementById("reload").onclick = () => refresh(false);
  document.getElementById("refresh").onchange = (event) => {
    clearInterval(state.timer);
    const seconds = Number(event.target.value);
    if (seconds) state.timer = setInterval(() => refresh(false), seconds * 1000);
  };
  const names = await json("/dashboards");
  const nav = document.getElementById("dashboards");
  for (const name of names) {
    const link = document.createElement("a");
    link.href = `#${name}`;
    link.dataset.name = name;
    link.textContent = name.replace(/-local$/, "").replaceAll("-", " ");
    nav.append(link);
  }
  const wanted = () => decodeURIComponent(location.hash.slice(1));
  window.onhashchange = () => open(wanted());
  await open(names.includes(wanted()) ? wanted() : names.find((name) => name.startsWith("Kota-")) || names[0]);
}

begin();
