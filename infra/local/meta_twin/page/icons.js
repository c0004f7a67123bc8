// Our own drawings, on a grid of 24 by 24, in the colour of the words beside them.

import { svg } from "./dom.js";

const dot = (cx, cy, r) => ["circle", { cx, cy, r }];

const ICONS = {
  attach: ["M12 5v14M5 12h14"],
  send: ["M4.5 12 20 4.5 15.5 20l-4-6.5z", "M11.5 13.5 20 4.5"],
  camera: ["M4 8h3.5L9 5.5h6L16.5 8H20v11.5H4z", dot(12, 13.5, 3.5)],
  gallery: ["M4 5h16v14H4z", "m4 17 5-5 4 4 3-3 4 4", dot(15.5, 9, 1.4)],
  album: ["M3.5 8h13v12h-13z", "M7.5 8V4h13v12h-4", "m3.5 17 4-4 3.5 3.5 2.5-2 3 3"],
  pin: ["M12 21c-4.5-5.5-7-8.8-7-12a7 7 0 0 1 14 0c0 3.2-2.5 6.5-7 12z", dot(12, 9, 2.5)],
  live: [dot(12, 12, 2.2), "M8 16a5.6 5.6 0 0 1 0-8M16 8a5.6 5.6 0 0 1 0 8M5 19a9.9 9.9 0 0 1 0-14M19 5a9.9 9.9 0 0 1 0 14"],
  mic: ["M9 6a3 3 0 0 1 6 0v5a3 3 0 0 1-6 0z", "M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21"],
  video: ["M3.5 6.5h11v11h-11z", "m14.5 10.5 6-3.5v10l-6-3.5z"],
  sticker: ["M5 4h14v9l-6 7H5z", "M19 13h-6v7", dot(9, 9.5, .6), dot(14.5, 9.5, .6), "M9 13c1 1.2 2.5 1.5 4 .8"],
  contact: [dot(12, 8.5, 3.5), "M5 20c.5-4 3.3-6 7-6s6.5 2 7 6"],
  file: ["M6 3.5h8l4 4v13H6z", "M14 3.5v4h4M9 12h6M9 15.5h6"],
  heart: ["M12 20C5.5 15.5 3.5 12 3.5 9a4.3 4.3 0 0 1 8.5-1.3A4.3 4.3 0 0 1 20.5 9c0 3-2 6.5-8.5 11z"],
  story: [dot(12, 12, 8.5), "M12 8v8M8 12h8"],
  more: [dot(5.5, 12, .9), dot(12, 12, .9), dot(18.5, 12, .9)],
  list: ["M8.5 6.5H20M8.5 12H20M8.5 17.5H20", dot(4.5, 6.5, .7), dot(4.5, 12, .7), dot(4.5, 17.5, .7)],
  reply: ["M10 6 4 11.5 10 17v-3.5c5 0 8 1.5 10 5-.5-6-4-9.5-10-9.5z"],
  forward: ["m14 6 6 5.5-6 5.5v-3.5c-5 0-8 1.5-10 5 .5-6 4-9.5 10-9.5z"],
  edit: ["m5 19 1-4L16.5 4.5l3 3L9 18z", "m14.5 6.5 3 3"],
  bin: ["M6 7.5h12l-1 13H7zM4 7.5h16M9.5 7.5V4h5v3.5"],
  link: ["M10 6H5v13h13v-5M13 5h6v6M19 5l-8.5 8.5"],
  close: ["M6 6l12 12M18 6 6 18"],
  back: ["m14.5 5-7 7 7 7"],
  plus: ["M12 6v12M6 12h12"],
  lock: ["M6.5 10.5h11v9h-11z", "M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"],
  mail: ["M3.5 6h17v12h-17z", "m3.5 7 8.5 6.5L20.5 7"],
  phone: ["M8 3.5h8v17H8zM11 17.5h2"],
  people: [dot(9, 8.5, 3), "M3.5 19c.4-3.5 2.5-5.2 5.5-5.2s5.1 1.7 5.5 5.2", "M15 5.8a3 3 0 0 1 0 5.4M17 14c2 .7 3.2 2.3 3.5 5"],
  route: [dot(6, 18, 2.2), dot(18, 6, 2.2), "M8.2 18H15a3 3 0 0 0 0-6H9a3 3 0 0 1 0-6h6.8"],
  inbox: ["M4 13.5 6 5h12l2 8.5V19H4z", "M4 13.5h5l1 2.5h4l1-2.5h5"],
  check: ["m5 12.5 4.5 4.5L19 7"],
  wrench: ["M14.5 6.5a4 4 0 0 1 5-1.5l-2.7 2.7 1.5 1.5L21 6.5a4 4 0 0 1-5.5 5L8 19a2 2 0 0 1-3-3l7.5-7.5a4 4 0 0 1 2-2z"],
  star: ["m12 4 2.5 5.2 5.5.8-4 4 1 5.7-5-2.7-5 2.7 1-5.7-4-4 5.5-.8z"],
  flag: ["M6 21V4h11l-2 4 2 4H6"],
  again: ["M5 12a7 7 0 1 1 2.3 5.2M5 18v-4.5h4.5"],
  no: [dot(12, 12, 8), "M6.5 6.5l11 11"],
  wait: [dot(12, 12, 8), "M12 7.5V12l3 2"],
  alert: ["M12 4 2.8 20h18.4zM12 10v5M12 17.6v.2"],
  split: ["M12 4v6M12 10 6 16v4M12 10l6 6v4"],
  play: ["M8 5.5v13l11-6.5z"],
};

export function icon(name, className = "icon") {
  const shapes = ICONS[name].map((shape) =>
    typeof shape === "string" ? svg("path", { d: shape }) : svg(shape[0], shape[1]));
  return svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: className }, shapes);
}

/** Fill every `<… data-icon="name">` of the page. */
export function placeIcons(root = document) {
  for (const node of root.querySelectorAll("[data-icon]")) node.prepend(icon(node.dataset.icon));
}

const TICKS = { sent: "M3.5 7l4 4 8-9", delivered: "M1 7l4 4 8-9M8 10l1 1 8-9", read: "M1 7l4 4 8-9M8 10l1 1 8-9" };

export const ticks = (status) =>
  svg("svg", { viewBox: "0 0 18 13", "aria-hidden": "true", class: `ticks ${status}` }, svg("path", { d: TICKS[status] }));
