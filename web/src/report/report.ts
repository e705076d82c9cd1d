/** The report as one page: head, then what happened, then who, where and what was kept. */

import { at, hex, int, text } from "../base/value";
import { typeWords, valueWords } from "../base/words";
import { given, h, type Child } from "../page/dom";
import { bracket, number, t } from "../page/language";
import { notIncluded, proves } from "./counts";
import { bilingual, capital } from "./fields";
import type { Resolve } from "./media";
import type { Report } from "./model";
import { countedSummary } from "./summary";
import { sketch } from "./sketch";
import { custody, evidence, people, units, worksites } from "./tables";
import { timeline } from "./timeline";
import { UI } from "./ui";
import { language } from "../page/language";

export function reportNode(report: Report, resolve: Resolve): HTMLElement {
  const map = sketch(report);
  return h("article", { class: "report" },
    head(report),
    map === null ? null : h("section", { class: "where", id: "where" }, h("h2", {}, t(UI.map)), map),
    people(report), worksites(report), units(report),
    timeline(report, resolve), evidence(report), custody(report), notIncluded(report), roster(report), proves(report));
}

/** The title as text, for the window and for print. */
export function titleText(report: Report): string {
  return bilingual(report.fact("title"))?.textContent ?? t(UI.unknownTitle);
}

function head(report: Report): HTMLElement {
  const title = bilingual(report.fact("title"), "h1") ?? h("h1", {}, t(UI.unknownTitle));
  const kind = text(report.fact("kind")), source = report.fact("source");
  return h("header", { class: "head" },
    report.incident.exercise ? h("p", { class: "exercise-note" }, t(UI.exerciseNote)) : null,
    report.incident.facts.some((one) => report.marks.broken.has(one.entry)) ? h("p", { class: "mark bad" }, t(UI.changed)) : null,
    title,
    h("p", { class: "bracket" }, place(report), time(report)),
    bilingual(report.fact("summary"), "p") ?? h("p", {}, t(countedSummary(report))),
    h("p", { class: "small" }, [kind === null ? null : [`${t(UI.kind)}: `, shownWord(kind), " · "], source === undefined ? null : [`${t(UI.source)}: `, given(text(at(source, "name")) ?? ""), " · "], t(UI.timesNote)]));
}

function shownWord(value: string): Child {
  const words = valueWords(value);
  return words.en === value && words.ar === value ? given(value) : capital(t(words));
}

/** As coarse as it was disclosed: the area's name, or the place in words; never coordinates in the first lines. */
function place(report: Report): Child {
  const area = report.fact("area"), mine = language() === "ar" ? "name_ar" : "name_latin", other = language() === "ar" ? "name_latin" : "name_ar";
  const name = text(at(area, mine)) ?? text(at(area, other)) ?? text(report.fact("place"));
  const words = text(report.fact("place_text"));
  const shown = [name, words].filter((part) => part !== null);
  return shown.length === 0 ? null : h("span", { class: "place" }, shown.flatMap((part, i) => [i > 0 ? " · " : "", given(part)]));
}

function time(report: Report): Child {
  const from = int(report.fact("from") ?? report.fact("from_ms")), to = int(report.fact("to") ?? report.fact("to_ms"));
  const first = report.byId.get(report.incident.incident);
  const start = from ?? first?.time[0] ?? null;
  return start === null ? null : h("span", { class: "nowrap-wide" }, bracket(start, to));
}

/** Roster entries are many and dry: folded, one line a kind, with those that do not stand named. */
function roster(report: Report): HTMLElement {
  const counted = new Map<string, number>(), fallen: Child[] = [];
  for (const one of report.incident.entries) {
    if (!one.type.startsWith("record.")) continue;
    counted.set(one.type, (counted.get(one.type) ?? 0) + 1);
    if (!report.stands(one)) fallen.push(h("li", {}, t(typeWords(one.type)), ` ${hex(one.body.get("feed"))?.slice(0, 8) ?? ""}: `, t(valueWords(report.state(one)))));
  }
  const rows = [...counted].map(([type, n]) => h("li", {}, t(typeWords(type)), ` – ${number(n)}`));
  return h("section", { id: "roster" }, h("h2", {}, t(UI.keysAndRights)), h("ul", { class: "plain columns" }, rows), fallen.length === 0 ? null : h("ul", { class: "plain" }, fallen));
}
