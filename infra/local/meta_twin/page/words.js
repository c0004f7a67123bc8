// What people wrote: links can be clicked, on WhatsApp *bold*, _italic_ and ~struck~ are shown.

import { el } from "./dom.js";

export const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;
const STYLE = /(^|[\s(])([*_~])(\S(?:[^\n]*?\S)?)\2(?=$|[\s.,;:!?)])/gm;
const STYLED = { "*": "strong", _: "em", "~": "s" };

export const plain = (text) => (text ?? "").replace(STYLE, "$1$3");
const shortened = (link) => (link.length > 56 ? `${link.slice(0, 40)}…${link.slice(-8)}` : link);

export function words(text, styled = false) {
  const node = el("div", { class: "words" });
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    appendStyled(node, text.slice(from, match.index), styled);
    node.append(outward(match[0], shortened(match[0])));
    from = match.index + match[0].length;
  }
  appendStyled(node, text.slice(from), styled);
  return node;
}

export function outward(link, ...children) {
  return el("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function appendStyled(node, text, styled) {
  let from = 0;
  for (const match of styled ? text.matchAll(STYLE) : []) {
    node.append(text.slice(from, match.index) + match[1], el(STYLED[match[2]], {}, match[3]));
    from = match.index + match[0].length;
  }
  node.append(text.slice(from));
}
