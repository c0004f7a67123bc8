// A map of the city under a pin: the kelurahan as the jurisdiction has them, the river between
// Mojoroto and the rest, and the point itself. Nothing is fetched from elsewhere.

import { call, svg } from "./dom.js";

const WIDTH = 264;
const HEIGHT = 140;
const SPAN_DEG = 0.022;
const WEST_BANK = "Mojoroto";
let areas = null;

async function load() {
  areas ??= call("GET", "/areas").then(({ features }) => ({
    rings: features.flatMap(({ geometry, properties }) => {
      const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
      return polygons.map(([ring]) => ({ ring, name: properties.name, kecamatan: properties.kecamatan }));
    }),
  })).then(withRiver, () => ({ rings: [], river: [] }));
  return areas;
}

/** The Brantas parts Mojoroto from the rest: every edge that a kelurahan of each bank has. */
function withRiver({ rings }) {
  const banks = new Map();
  for (const { ring, kecamatan } of rings) {
    ring.slice(1).forEach((point, at) => {
      const key = [ring[at].join(), point.join()].sort().join(" ");
      const side = kecamatan === WEST_BANK ? "west" : "east";
      banks.set(key, (banks.get(key) ?? new Set()).add(side));
    });
  }
  const river = [...banks].filter(([, sides]) => sides.size === 2)
    .map(([key]) => key.split(" ").map((point) => point.split(",").map(Number)));
  return { rings, river };
}

export function mapOf({ latitude, longitude }) {
  const stretch = Math.cos((latitude * Math.PI) / 180);
  const scale = WIDTH / SPAN_DEG;
  const x = (long) => WIDTH / 2 + (long - longitude) * scale * stretch;
  const y = (lat) => HEIGHT / 2 + 18 - (lat - latitude) * scale;
  const ground = svg("g");
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "map", "aria-hidden": "true" },
    svg("rect", { width: WIDTH, height: HEIGHT, class: "outside" }),
    ground,
    svg("ellipse", { cx: WIDTH / 2, cy: HEIGHT / 2 + 18, rx: 7, ry: 2.6, class: "shadow" }),
    svg("path", { class: "marker", d: `M${WIDTH / 2} ${HEIGHT / 2 + 18}c-11-14-15-20-15-28a15 15 0 0 1 30 0c0 8-4 14-15 28z` }),
    svg("circle", { cx: WIDTH / 2, cy: HEIGHT / 2 - 10, r: 5.5, class: "hole" }));
  load().then(({ rings, river }) => {
    const near = rings.filter(({ ring }) => ring.some(([long, lat]) =>
      Math.abs(long - longitude) < SPAN_DEG * 1.5 && Math.abs(lat - latitude) < SPAN_DEG * 1.5));
    const line = (points) => `M${points.map(([long, lat]) => `${x(long).toFixed(1)} ${y(lat).toFixed(1)}`).join("L")}`;
    ground.append(
      ...near.map(({ ring }) => svg("path", { class: "area", d: `${line(ring)}z` })),
      svg("path", { class: "river", d: river.map(line).join("") }),
      ...near.flatMap(({ ring, name }) => {
        const [at, down] = [x(mean(ring, 0)), y(mean(ring, 1))];
        if (at < 0 || at > WIDTH || down < 0 || down > HEIGHT) return [];
        const hidden = Math.abs(at - WIDTH / 2) < 40 && Math.abs(down - HEIGHT / 2) < 30;
        const label = svg("text", { class: "area-name", x: at.toFixed(1), y: (hidden ? HEIGHT / 2 + 34 : down).toFixed(1) });
        label.textContent = name;
        return [label];
      }));
  });
  return drawing;
}

const mean = (ring, axis) => ring.reduce((sum, point) => sum + point[axis], 0) / ring.length;
