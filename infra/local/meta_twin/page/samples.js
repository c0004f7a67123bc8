// Photos, a sticker and a voice note to send, made here: no file to ship, nobody's picture.

import { el } from "./dom.js";

export const SAMPLES = [
  { title: "Lampu jalan mati", draw: darkStreet },
  { title: "Jalan berlubang", draw: pothole },
  { title: "Banjir", draw: flood },
  { title: "Pohon tumbang", draw: tree },
  { title: "Sampah menumpuk", draw: waste },
  { title: "Kebakaran", draw: fire },
];

export function thumbnail(number) {
  return sample(number, 240, 180);
}

export function samplePhoto(number) {
  return new Promise((resolve) => { sample(number, 1280, 960).toBlob(resolve, "image/jpeg", .85); });
}

function sample(number, width, height) {
  const canvas = el("canvas", { width, height });
  const pen = canvas.getContext("2d");
  pen.scale(width / 100, height / 75);
  SAMPLES[number].draw(pen);
  return canvas;
}

export function sampleSticker() {
  const canvas = el("canvas", { width: 512, height: 512 });
  const pen = canvas.getContext("2d");
  circle(pen, "#ffd34d", 256, 256, 230);
  circle(pen, "#5b3a10", 180, 210, 26);
  circle(pen, "#5b3a10", 332, 210, 26);
  pen.strokeStyle = "#5b3a10";
  pen.lineWidth = 26;
  pen.lineCap = "round";
  pen.beginPath();
  pen.arc(256, 290, 105, .35, Math.PI - .35);
  pen.stroke();
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/webp", .8); });
}

// The pictures, on a canvas of 100 by 75

function box(pen, colour, x, y, width, height) {
  pen.fillStyle = colour;
  pen.fillRect(x, y, width, height);
}

function circle(pen, colour, x, y, radius, flat = 1) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.ellipse(x, y, radius, radius * flat, 0, 0, 7);
  pen.fill();
}

function shape(pen, colour, ...points) {
  pen.fillStyle = colour;
  pen.beginPath();
  points.forEach(([x, y]) => pen.lineTo(x, y));
  pen.fill();
}

function sky(pen, above, below) {
  const colours = pen.createLinearGradient(0, 0, 0, 75);
  colours.addColorStop(0, above);
  colours.addColorStop(1, below);
  box(pen, colours, 0, 0, 100, 75);
}

function house(pen, x, y, wall, roof) {
  box(pen, wall, x, y, 24, 24);
  shape(pen, roof, [x - 3, y + 1], [x + 12, y - 11], [x + 27, y + 1]);
  box(pen, "#5b4a3c", x + 9, y + 10, 6, 14);
  box(pen, "#7fa3b8", x + 2.5, y + 6, 5, 5);
  box(pen, "#7fa3b8", x + 16.5, y + 6, 5, 5);
}

function darkStreet(pen) {
  sky(pen, "#0f1530", "#27304f");
  for (const [x, y] of [[12, 9], [31, 15], [74, 8], [90, 17], [47, 6]]) circle(pen, "#dfe6ff", x, y, .4);
  for (const [x, height] of [[4, 24], [22, 33], [66, 28], [84, 36]]) {
    box(pen, "#1b2340", x, 58 - height, 16, height);
    for (const [dx, dy] of [[3, 5], [9, 5], [3, 13]]) box(pen, (x + dx) % 3 ? "#2a345a" : "#e8c869", x + dx, 58 - height + dy, 3, 4);
  }
  box(pen, "#0c1022", 0, 58, 100, 17);
  for (const x of [6, 34, 62, 90]) box(pen, "#39415f", x, 66, 14, 1.2);
  pen.strokeStyle = "#7d86a6";
  pen.lineWidth = 1.6;
  pen.beginPath();
  pen.moveTo(52, 66);
  pen.lineTo(52, 20);
  pen.quadraticCurveTo(52, 12, 61, 12.5);
  pen.stroke();
  box(pen, "#4a5272", 59, 11, 9, 3.4);
}

function pothole(pen) {
  sky(pen, "#8fc2e4", "#dcebf2");
  shape(pen, "#6f9a55", [0, 30], [30, 24], [65, 29], [100, 23], [100, 40], [0, 40]);
  shape(pen, "#6a6c70", [0, 75], [34, 33], [66, 33], [100, 75]);
  shape(pen, "#efeee6", [49, 40], [51, 40], [52, 48], [48, 48]);
  circle(pen, "#45464a", 50, 60, 20, .36);
  circle(pen, "#2d2b29", 50, 60.5, 16, .32);
  circle(pen, "#5f7f92", 48, 61.5, 11, .26);
  circle(pen, "#9fbccb", 45, 60.5, 3, .25);
}

function flood(pen) {
  sky(pen, "#87929b", "#c0c8cc");
  house(pen, 5, 29, "#e9e0cf", "#a04a35");
  house(pen, 39, 26, "#d9e2dc", "#7d5a45");
  house(pen, 71, 30, "#efe3c4", "#944a3c");
  box(pen, "#8b7355", 0, 46, 100, 29);
  pen.strokeStyle = "#b59d79";
  pen.lineWidth = .8;
  for (const y of [50, 56, 62, 68]) {
    pen.beginPath();
    for (let x = 0; x <= 100; x += 4) pen.lineTo(x, y + .9 * Math.sin(x / 4 + y));
    pen.stroke();
  }
  pen.strokeStyle = "#dfe6ea";
  pen.lineWidth = .35;
  for (let x = 3; x < 100; x += 7) for (let y = 4; y < 40; y += 12) { pen.beginPath(); pen.moveTo(x, y + x % 5); pen.lineTo(x - 1.5, y + 5 + x % 5); pen.stroke(); }
}

function tree(pen) {
  sky(pen, "#9fc6dd", "#e8efe9");
  house(pen, 70, 22, "#e8dcc6", "#9b4f3a");
  box(pen, "#7c7e81", 0, 46, 100, 29);
  box(pen, "#b9b7ac", 0, 44, 100, 3);
  pen.save();
  pen.translate(14, 58);
  pen.rotate(-.16);
  box(pen, "#6b4a2f", 0, -3, 62, 6);
  for (const [x, y, size] of [[52, -4, 13], [66, 2, 14], [60, -14, 11], [74, -8, 12], [56, 9, 10]]) circle(pen, x % 4 ? "#3f7a3d" : "#56944c", x, y, size);
  circle(pen, "#8a6342", 0, 0, 4);
  pen.restore();
}

function waste(pen) {
  sky(pen, "#b9d3e0", "#eef1ea");
  box(pen, "#c9c2b2", 0, 18, 100, 30);
  for (let x = 0; x < 100; x += 12) box(pen, "#b3ab99", x, 18, .8, 30);
  box(pen, "#8d8f8c", 0, 48, 100, 27);
  for (const [x, y, size, colour] of [[30, 52, 12, "#2c2f33"], [48, 48, 14, "#3a3e43"], [66, 53, 12, "#26292d"], [40, 60, 12, "#43474d"], [58, 61, 13, "#33373b"], [75, 61, 8, "#4a6f8f"], [24, 62, 8, "#a4503f"]]) {
    circle(pen, colour, x, y, size, .85);
    shape(pen, colour, [x - 2, y - size * .8], [x, y - size * 1.1], [x + 2, y - size * .8]);
  }
  for (const [x, y, colour] of [[18, 69, "#f2efe4"], [50, 72, "#d8b13c"], [82, 70, "#f2efe4"], [68, 71, "#5f9a5b"]]) box(pen, colour, x, y, 5, 2.5);
}

function fire(pen) {
  sky(pen, "#2b2430", "#8a4b34");
  for (const [x, y, size] of [[40, 14, 13], [55, 8, 15], [70, 15, 12], [50, 22, 12]]) circle(pen, "rgb(60 54 60 / 75%)", x, y, size);
  house(pen, 36, 38, "#4a3a33", "#2d2320");
  box(pen, "#2a2422", 0, 62, 100, 13);
  for (const [x, height, colour] of [[38, 26, "#e2571e"], [50, 36, "#f07f24"], [60, 28, "#e2571e"], [45, 20, "#ffc04a"], [55, 18, "#ffd76b"]]) {
    shape(pen, colour, [x - 6, 50], [x - 3, 50 - height * .5], [x, 50 - height], [x + 3, 50 - height * .55], [x + 6, 50]);
  }
}

// Three seconds of silence, as an Ogg file with Opus in it: RFC 7845 and RFC 3533

export function sampleVoice() {
  const frames = 150;
  const silence = [0xf8, 0xff, 0xfe];
  const head = [...ascii("OpusHead"), 1, 1, 0, 0, ...little(48_000, 4), 0, 0, 0];
  const tags = [...ascii("OpusTags"), ...little(8, 4), ...ascii("Aduan112"), ...little(0, 4)];
  const pages = [oggPage([head], 0, 0, 2), oggPage([tags], 0, 1, 0), oggPage(Array(frames).fill(silence), frames * 960, 2, 4)];
  return new Blob(pages, { type: "audio/ogg; codecs=opus" });
}

const ascii = (text) => [...text].map((letter) => letter.charCodeAt(0));
const little = (value, bytes) => Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) % 256);

function oggPage(packets, position, number, flags) {
  const page = new Uint8Array([...ascii("OggS"), 0, flags, ...little(position, 8), ...little(112, 4), ...little(number, 4),
    0, 0, 0, 0, packets.length, ...packets.map((packet) => packet.length), ...packets.flat()]);
  page.set(little(checksum(page), 4), 22);
  return page;
}

function checksum(bytes) {
  let sum = 0;
  for (const byte of bytes) {
    sum = (sum ^ (byte << 24)) >>> 0;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1) >>> 0;
  }
  return sum;
}
