/** What happened, in display order, with its pictures; entries that do not stand are shown and marked. */

import { int, text } from "../base/value";
import { valueWords } from "../base/words";
import { given, h, mono } from "../page/dom";
import { clock, day, language, sameDay, t } from "../page/language";
import type { ListedEntry } from "../verify/incident";
import { valueText } from "../verify/valuetext";
import { placeText, sealedRows, withheld } from "./fields";
import { mediaFigure, type Resolve } from "./media";
import type { Report } from "./model";
import { sentence } from "./sentence";
import { UI } from "./ui";

/** From this many rows on, the browser lays out only those in view. */
const LONG = 400;

export function timeline(report: Report, resolve: Resolve): HTMLElement {
  const rows: HTMLElement[] = [];
  let last: number | null = null;
  for (const one of report.incident.entries) {
    if (one.type.startsWith("record.") || one.type.startsWith("evidence.custody/")) continue; // custody has its own table
    const [ms] = one.time;
    if (last === null || !sameDay(last, ms)) rows.push(h("li", { class: "day" }, h("h3", {}, day(ms))));
    last = ms;
    rows.push(row(report, one, resolve));
  }
  return h("section", { id: "timeline" }, h("h2", {}, t(UI.timeline)), h("ol", { class: rows.length > LONG ? "timeline long" : "timeline" }, rows));
}

function row(report: Report, one: ListedEntry, resolve: Resolve): HTMLElement {
  const [ms] = one.time, item = one.type.startsWith("evidence.item/");
  const stands = report.stands(one), broken = report.marks.broken.has(one.id);
  const classes = ["event", stands ? "" : "fallen", broken ? "broken" : ""].filter((name) => name !== "").join(" ");
  const origin = h("div", { class: "origin", id: `o-${one.id}`, hidden: true }), button = toggle(one, origin);
  return h("li", { class: classes, id: `e-${one.id}` },
    h("time", { datetime: ms < 8.64e15 ? new Date(ms).toISOString() : null, class: "clock" }, clock(ms)),
    h("div", { class: "what" },
      h("p", { class: "line" }, t(sentence(report, one)), item ? null : withheld(one)),
      broken ? h("p", { class: "mark bad" }, t(UI.changed)) : null,
      stands ? null : h("p", { class: "mark" }, `${t(UI.notStanding)}: ${t(valueWords(report.state(one)))}`),
      reported(one), person(one),
      item ? mediaFigure(report, one, resolve) : sealedRows(one, elsewhere(one)),
      origin),
    button);
}

function reported(one: ListedEntry): HTMLElement | null {
  const n = int(one.body.get("reported"));
  return n === null ? null : h("p", { class: "small" }, `${t(UI.reportedPeople)}: ${n}`);
}

/** Fields that stand in the head or in the line already. */
function elsewhere(one: ListedEntry): readonly string[] {
  if (one.type.startsWith("respond.incident/")) return ["title", "summary"];
  return one.type.startsWith("respond.person/") && one.sealed.get("name")?.state === "disclosed" ? ["name"] : [];
}

function person(one: ListedEntry): HTMLElement | null {
  if (!one.type.startsWith("respond.person/")) return null;
  const words = ["age", "sex"].map((field) => text(one.body.get(field))).filter((found) => found !== null && found !== "unknown").map((found) => t(valueWords(found ?? "")));
  return words.length === 0 ? null : h("p", { class: "small" }, words.join(language() === "ar" ? "، " : ", "));
}

function toggle(one: ListedEntry, origin: HTMLElement): HTMLElement {
  const button = h("button", { type: "button", class: "id", "aria-expanded": "false", "aria-controls": origin.id, "aria-label": `${t(UI.details)} ${one.id.slice(0, 8)}`, title: t(UI.details) }, mono(one.id.slice(0, 8)));
  button.addEventListener("click", () => {
    if (origin.firstChild === null) origin.append(...details(one)); // built when asked for: a long timeline stays light
    origin.hidden = !origin.hidden;
    button.setAttribute("aria-expanded", String(!origin.hidden));
  });
  return button;
}

/** Id, key, place in its feed and body, for whoever compares with the entry itself. */
function details(one: ListedEntry): readonly HTMLElement[] {
  const place = placeText(one.body.get("place"));
  return [
    h("p", { class: "small" }, mono(one.id)),
    h("p", { class: "small" }, given(one.type), " · ", `${t(UI.by)} `, mono(one.feed.slice(0, 16)), ` · ${one.seq} · `, mono(clock(one.time[0], true)),
      one.received === null ? null : [` · ${t(UI.received)} `, mono(clock(one.received, true))], place === null ? null : [" · ", mono(place)]),
    h("p", { class: "small body" }, mono(valueText(one.body))),
  ];
}
