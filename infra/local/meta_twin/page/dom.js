// Small tools for all parts of the page. Whatever comes from a message becomes a text node, never markup.

export const $ = (id) => document.getElementById(id);

export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "class") node.className = value;
    else if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.flat().filter(Boolean));
  return node;
}

export async function call(method, path, body, headers = { "Content-Type": "application/json" }) {
  const content = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  const response = await fetch(path, { method, body: content, headers: content === undefined ? {} : headers });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

/** Make the children of a node those given, touching only what differs: focus and scrolling stay. */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
}

/** Nodes by key, drawn anew only where what they show has changed. */
export function keeper() {
  const kept = new Map();
  return {
    draw(key, shown, make) {
      const signature = JSON.stringify(shown);
      const before = kept.get(key);
      if (before?.signature === signature) return before.node;
      const node = make();
      const focused = before?.node.contains(document.activeElement) && document.activeElement.dataset.focus;
      kept.set(key, { signature, node });
      if (focused) {
        before.node.replaceWith(node);
        node.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
      }
      return node;
    },
    has: (key) => kept.has(key),
    forget: () => kept.clear(),
  };
}

/** One stop of the Tab key for a whole list; the arrow keys walk in it. */
export function oneStop(list) {
  const buttons = [...list.querySelectorAll("button")];
  const stop = buttons.find((button) => button === document.activeElement)
    ?? buttons.find((button) => button.ariaCurrent === "true") ?? buttons[0];
  for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
}

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

export function walkWithArrows(list) {
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (!(event.key in STEPS) || at < 0) return;
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, at + STEPS[event.key]))].focus();
    oneStop(list);
  });
}

/** Read out by screen readers, seen by nobody. */
export function announce(text) {
  const line = el("p", {}, text);
  $("said").append(line);
  setTimeout(() => line.remove(), 8000);
}

export function count(node, number, words = "") {
  node.hidden = number === 0;
  node.replaceChildren(String(number), words && el("span", { class: "hidden" }, ` ${words}`));
}

const moment = (at) => new Date(typeof at === "number" ? at * 1000 : at);
export const iso = (at) => moment(at).toISOString();
export const clock = (at) => moment(at).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
export const clockWithSeconds = (at) => moment(at).toLocaleTimeString("id-ID");

export function dayOf(at) {
  const [day, today] = [moment(at), new Date()];
  const days = Math.round((new Date(today.toDateString()) - new Date(day.toDateString())) / 86_400_000);
  if (days === 0) return "Hari ini";
  if (days === 1) return "Kemarin";
  return day.toLocaleDateString("id-ID", { weekday: "long", day: "numeric", month: "long" });
}
