// Each report's way: what happened when, and where its workflow stands in AWS Step Functions.

import { $, announce, arrange, call, clockWithSeconds, dayOf, clock, el, iso, keeper, oneStop, svg } from "./dom.js";
import { icon } from "./icons.js";
import { channelName, state } from "./state.js";

const STAGES = [
  ["Diterima", "inbox", ["received", "reopened"]],
  ["Ke dinas", "route", ["routed", "dispatched"]],
  ["Dikerjakan", "wrench", ["accepted", "in_progress"]],
  ["Selesai", "check", ["solved"]],
  ["Ditutup", "flag", ["closed", "rejected"]],
];
const PICTURES = {
  received: "inbox", routed: "route", dispatched: "mail", accepted: "check", in_progress: "pin", solved: "wrench",
  refused: "reply", rejected: "no", rated: "star", reopened: "again", reason_given: "reply", words_added: "edit", taken_back: "bin", withdrawn: "no", reclassified: "split", reporter_forgotten: "lock", place_given: "pin", photo_added: "gallery", closed: "flag",
};
const BY = { citizen: "Warga", system: "Sistem" };
const STATUS_OF_RUN = { RUNNING: "berjalan", SUCCEEDED: "selesai", FAILED: "gagal", ABORTED: "dihentikan", TIMED_OUT: "kehabisan waktu", MISSING: "belum dimulai" };
const ROW = 39;

const parts = keeper();
let reports = [];
let workflow = null;
let chosen = null;
let pinned = false;
let heard = null;
let view = "events";
let stood = "";

export async function refreshReports() {
  const answer = await call("GET", "/reports");
  reports = answer.reports;
  if (answer.reachable && !workflow?.states?.length) workflow = await call("GET", "/workflow");
  if (!pinned || !reports.some(({ service_request_id: id }) => id === chosen)) chosen = ofThisPhone() ?? reports[0]?.service_request_id ?? null;
  drawList(answer.reachable);
  if (chosen) {
    const report = await call("GET", `/reports/${chosen}`);
    if (report.service_request_id === chosen) drawReport(report);
  } else arrange($("report"), []);
}

/** The report that the open chat speaks of last: known from the words on the phone alone. */
function ofThisPhone() {
  const texts = [...(state.chat?.messages ?? [])].reverse().map((message) => message.view.text ?? "");
  for (const text of texts) {
    const found = reports.find((report) => text.includes(report.number));
    if (found) return found.service_request_id;
  }
  return null;
}

/** A tap on another citizen: follow them, whatever was looked at before. */
export function followPhone() {
  pinned = false;
}

function drawList(reachable) {
  const rows = reports.map((report) => {
    const current = report.service_request_id === chosen;
    return parts.draw(`row ${report.service_request_id}`, [report.at, current], () => el("li", {},
      el("button", {
        type: "button", class: "report-row", "aria-current": current ? "true" : "false", "data-focus": "report",
        on: { click: () => { chosen = report.service_request_id; pinned = true; refreshReports().catch(() => {}); } },
      },
      el("strong", {}, report.service || report.service_code),
      report.urgent && el("span", { class: "pill urgent" }, "Darurat"),
      el("span", { class: "number" }, report.number),
      el("span", { class: `pill ${report.status}` }, shortStatus(report.status)))));
  });
  if (!rows.length) rows.push(parts.draw("none", reachable, () => el("li", { class: "empty" }, reachable
    ? "Belum ada laporan. Kirim pesan dari ponsel warga untuk memulai."
    : "Sistemnya belum berjalan.")));
  arrange($("reports"), rows);
  oneStop($("reports"));
}

const shortStatus = (status) => ({
  received: "Diterima", routed: "Diteruskan", dispatched: "Menunggu dinas", accepted: "Diterima dinas",
  in_progress: "Petugas di jalan", solved: "Menunggu nilai", reopened: "Dibuka lagi", rejected: "Ditolak", closed: "Ditutup",
}[status] ?? status);

function drawReport(report) {
  const { timeline, workflow: run } = report;
  const last = timeline.at(-1);
  const signature = `${report.service_request_id} ${timeline.length}`;
  if (heard?.startsWith(report.service_request_id) && heard !== signature) announce(`Laporan ${report.number}: ${last.words}`);
  heard = signature;
  arrange($("report"), [
    parts.draw("title", [report.service_request_id, report.status, report.agency], () => title(report)),
    parts.draw("stages", [report.service_request_id, report.status], () => stages(report)),
    parts.draw("views", view, views),
    parts.draw("timeline", [report.service_request_id, timeline.length], () => history(report)),
    parts.draw("run", [report.service_request_id, run, workflow?.main?.length], () => machine(run)),
  ]);
  $("report").dataset.view = view;
  const standing = `${report.service_request_id} ${run.current} ${view}`;
  if (standing !== stood) $("report").querySelector(".stations .now")?.scrollIntoView({ block: "nearest" });
  stood = standing;
}

function title(report) {
  return el("div", { class: "report-title" },
    el("h3", {}, report.service || report.service_code),
    el("p", {}, el("span", { class: "number" }, report.number), ` · ${channelName(report.channel)}`,
      report.area && ` · ${report.area}`),
    el("p", { class: "pills" },
      report.urgent && el("span", { class: "pill urgent" }, icon("alert"), "Darurat"),
      report.agency && el("span", { class: "pill agency" }, report.agency),
      el("span", { class: `pill ${report.status}` }, shortStatus(report.status))));
}

function stages({ status, service_request_id: id }) {
  const at = STAGES.findIndex(([, , statuses]) => statuses.includes(status));
  const over = at === STAGES.length - 1;
  return el("ol", { class: "stages", "aria-label": "Tahap laporan", "data-report": id }, STAGES.map(([name, picture], place) =>
    el("li", { class: place < at || over ? "past" : place === at ? "now" : "", "aria-current": place === at ? "step" : null },
      el("span", { class: "disc" }, icon(place < at ? "check" : picture)),
      el("span", {}, status === "rejected" && place === at ? "Ditolak" : name))));
}

/** What happened, or where the workflow stands; with room enough both are there. */
function views() {
  const choose = (name) => () => { view = name; refreshReports().catch(() => {}); };
  const button = (name, words) => el("button", { type: "button", "aria-pressed": String(view === name), "data-focus": name, id: `show-${name}`, on: { click: choose(name) } }, words);
  return el("div", { class: "tabs", role: "group", "aria-label": "Yang ditampilkan" }, button("events", "Kejadian"), button("machine", "Alur kerja"));
}

function history({ timeline }) {
  return el("section", { class: "events", "aria-labelledby": "timeline-title" },
    el("h4", { id: "timeline-title" }, "Kejadian"),
    el("ol", { class: "timeline" }, [...timeline].reverse().map((event) =>
      el("li", { class: `by-${event.by}` },
        el("span", { class: "disc" }, icon(PICTURES[event.what] ?? "flag")),
        el("span", { class: "what" }, event.words),
        el("small", {}, `${BY[event.by] ?? event.agency ?? "Dinas"} · `, el("time", { dateTime: iso(event.at), title: dayOf(event.at) }, clock(event.at)))))));
}

// The workflow: the main way as a line of stations, side ways beside it, what was passed in colour

function machine(run) {
  if (!workflow?.states?.length) return el("div");
  const { path, current, status, name } = run;
  const main = workflow.main;
  const places = new Map(main.map((each, at) => [each, at]));
  const side = workflow.states.filter(({ name: each }) => !places.has(each));
  const visits = new Map();
  for (const step of path) visits.set(step.state, [...(visits.get(step.state) ?? []), step]);
  const station = (each, isSide) => drawStation(each, visits.get(each.name) ?? [], each.name === current, isSide);
  const byName = new Map(workflow.states.map((each) => [each.name, each]));
  return el("section", { class: "machine", "aria-labelledby": "machine-title" },
    el("h4", { id: "machine-title" }, el("span", {}, "Alur kerja di AWS Step Functions"), el("span", { class: `pill run ${status}` }, STATUS_OF_RUN[status] ?? status)),
    el("p", { class: "run-name" }, el("code", {}, name), ` · ${path.length} langkah`),
    el("div", { class: "rail" },
      loops(path, places),
      el("ol", { class: "stations", "aria-label": "Keadaan yang dilalui" }, main.map((each) => station(byName.get(each), false)))),
    el("h5", {}, "Cabang"),
    el("ol", { class: "stations side", "aria-label": "Cabang" }, side.map((each) => station(each, true))));
}

function drawStation({ name, kind }, visits, isCurrent, isSide) {
  const passed = visits.length > 0;
  const last = visits.at(-1);
  const words = state.city.states[name] ?? name;
  const standing = isCurrent ? `menunggu sejak ${clock(last.at)}`
    : passed ? `${clockWithSeconds(last.at)}${visits.length > 1 ? ` · ${visits.length}×` : ""}` : isSide ? "tidak dilalui" : "belum";
  return el("li", { class: `${isCurrent ? "now" : passed ? "past" : ""} ${kind}`, "aria-current": isCurrent ? "step" : null },
    el("span", { class: "disc" }, icon(isCurrent ? "wait" : kind === "choice" ? "split" : passed ? "check" : kind === "wait" ? "wait" : "play")),
    el("span", { class: "what" }, words, el("code", {}, name)),
    el("small", {}, standing));
}

/** Where the execution went back, or passed over stations: an arc beside the line. */
function loops(path, places) {
  const rows = places.size;
  const drawing = svg("svg", { class: "loops", viewBox: `0 0 26 ${rows * ROW}`, width: 26, height: rows * ROW, "aria-hidden": "true" });
  const way = path.map(({ state: each }) => places.get(each)).filter((at) => at !== undefined);
  const drawn = new Set();
  way.slice(1).forEach((to, at) => {
    const from = way[at];
    if (to === from + 1 || drawn.has(`${from} ${to}`)) return;
    drawn.add(`${from} ${to}`);
    const [y1, y2] = [from, to].map((row) => row * ROW + ROW / 2);
    const bend = Math.max(2, 22 - Math.abs(to - from) * 4);
    drawing.append(
      svg("path", { class: to < from ? "backward" : "onward", d: `M25 ${y1}C${bend - 8} ${y1} ${bend - 8} ${y2} 24 ${y2}` }),
      svg("path", { class: `tip ${to < from ? "backward" : "onward"}`, d: `M20 ${y2 - 4}l5 4-5 4` }));
  });
  return drawing;
}
