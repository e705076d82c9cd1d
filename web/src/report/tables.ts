/** People, worksites, crews and custody as tables. What is not disclosed is shown as withheld; conflicts show every side. */

import { hex, ids, int, text } from "../base/value";
import { valueWords } from "../base/words";
import { given, h, mono, type Child } from "../page/dom";
import { clock, language, t } from "../page/language";
import type { ListedEntry } from "../verify/incident";
import type { Said } from "../verify/said";
import { bilingual, capital, stateWord } from "./fields";
import { sizeText } from "./media";
import { stateOf, type Report } from "./model";
import { called, family, sentence, siteLetter, siteName, unitName } from "./sentence";
import { UI } from "./ui";

function table(id: string, title: Said, heads: readonly Said[], rows: readonly HTMLElement[]): HTMLElement | null {
  if (rows.length === 0) return null;
  return h("section", { id }, h("h2", {}, t(title)),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t(title) }, h("table", {}, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, capital(t(head)))))), h("tbody", {}, rows))));
}

function cell(label: Said, ...children: Child[]): HTMLElement {
  return h("td", { "data-label": capital(t(label)) }, h("div", {}, children));
}

/** The state now: one value, or every account with its time. */
function stateNow(report: Report, thing: ListedEntry): Child {
  const heads = report.current(thing);
  const one = (entry: ListedEntry): Child => {
    const state = stateOf(entry) ?? (entry === thing ? BEGINNING[entry.type] ?? null : null);
    return [h("span", { class: `state ${shape(state)}` }, state === null ? "–" : t(valueWords(state))), " ", h("span", { class: "small nowrap" }, clock(entry.time[0])),
      report.marks.broken.has(entry.id) ? [" ", h("span", { class: "mark bad" }, t(UI.changed))] : null];
  };
  if (heads.length === 1 && heads[0] !== undefined) return one(heads[0]);
  if (heads.length === 0) return h("span", { class: "sealed" }, t(UI.none));
  return h("div", { class: "conflict" }, h("strong", {}, t(UI.conflict)), h("ul", {}, heads.map((head) => h("li", {}, one(head), " ", h("a", { href: `#e-${head.id}`, class: "small" }, mono(head.id.slice(0, 8)))))));
}

/** The state in which a thing begins when its first entry does not say one. */
const BEGINNING: Readonly<Record<string, string>> = { "respond.worksite/1": "reported", "respond.assignment/1": "assigned" };

/** Status by shape, word and colour. */
function shape(state: string | null): string {
  if (state === null || state === "unknown") return "unknown";
  if (["missing", "trapped", "injured", "abandoned"].includes(state)) return "urgent";
  if (["found", "safe", "handed_over", "done", "closed", "available"].includes(state)) return "clear";
  return ["deceased", "resting", "out_of_service", "cancelled"].includes(state) ? "hold" : "working";
}

function sealedCell(label: Said, one: ListedEntry, field: string): HTMLElement {
  const found = one.sealed.get(field);
  if (found === undefined) return cell(label, "–");
  if (found.state !== "disclosed") return cell(label, stateWord(found));
  return cell(label, found.value === null ? "–" : bilingual(found.value) ?? "–");
}

export function people(report: Report): HTMLElement | null {
  const rows = report.ofType("respond.person").map((one, i) => h("tr", {},
    cell({ en: "no.", ar: "رقم" }, String(i + 1)), sealedCell(UI.name, one, "name"), cell(UI.age, word(one, "age")), cell(UI.sex, word(one, "sex")),
    cell(UI.site, siteLabel(report, hex(one.body.get("worksite")))), cell(UI.now, stateNow(report, one))));
  return table("people", UI.people, [{ en: "no.", ar: "رقم" }, UI.name, UI.age, UI.sex, UI.site, UI.now], rows);
}

function word(one: ListedEntry, field: string): string {
  return t(valueWords(text(one.body.get(field)) ?? "unknown"));
}

function siteLabel(report: Report, id: string | null): Child {
  const one = id === null ? undefined : report.byId.get(id);
  return one?.type.startsWith("respond.worksite/") === true ? given(siteLetter(report, one)) : "–";
}

export function worksites(report: Report): HTMLElement | null {
  const jobs = report.ofType("respond.assignment");
  const rows = report.ofType("respond.worksite").map((one) => {
    const crews = jobs.filter((job) => hex(job.body.get("worksite")) === one.id).map((job) => called(report, job.id)).filter((name) => name !== null);
    const triage = report.current(one).map((head) => text(head.body.get("triage"))).find((found) => found !== null) ?? text(one.body.get("triage"));
    return h("tr", {}, cell(UI.label, h("strong", {}, given(siteLetter(report, one))), siteName(one) === siteLetter(report, one) ? null : [" ", given(siteName(one))]), cell(UI.triage, triage === null ? "–" : given(triage)),
      cell(UI.crews, crews.length === 0 ? "–" : [...new Set(crews.map((name) => t(name)))].join(language() === "ar" ? "، " : ", ")), cell(UI.now, stateNow(report, one)));
  });
  return table("worksites", UI.worksites, [UI.label, UI.triage, UI.crews, UI.now], rows);
}

export function units(report: Report): HTMLElement | null {
  const rows = report.ofType("respond.unit").map((one) => {
    const jobs = report.ofType("respond.assignment").filter((job) => hex(job.body.get("unit")) === one.id);
    const worked = jobs.map((job) => h("div", {}, siteLabel(report, hex(job.body.get("worksite"))), " ", stateNow(report, job)));
    return h("tr", {}, cell(UI.name, t(unitName(one))), cell(UI.site, worked.length === 0 ? "–" : worked));
  });
  return table("units", UI.units, [UI.name, { en: "Sent to", ar: "أُرسلت إلى" }], rows);
}

export function evidence(report: Report): HTMLElement | null {
  const rows = report.ofType("evidence.item").map((one, i) => {
    const media = report.media(one), name = one.sealed.get("name");
    return h("tr", { class: report.marks.broken.has(one.id) ? "broken" : null },
      cell(UI.item, h("a", { href: `#e-${one.id}` }, String(i + 1))),
      cell(UI.what, t(family(one)), " ", name?.state === "disclosed" && typeof name.value === "string" ? given(name.value, "small") : null),
      cell(UI.size, media === null ? "–" : sizeText(media.size)), cell(UI.fingerprint, media === null ? h("span", { class: "sealed" }, t(UI.withheld)) : h("span", { class: "hash" }, mono(media.sha256))));
  });
  return table("evidence", UI.evidence, [UI.item, UI.what, UI.size, UI.fingerprint], rows);
}

export function custody(report: Report): HTMLElement {
  const rows = report.ofType("evidence.custody").map((one) => h("tr", { id: `e-${one.id}`, class: report.marks.broken.has(one.id) ? "broken" : null },
    cell(UI.when, clock(one.time[0])), cell(UI.event, given(t(valueWords(text(one.body.get("event")) ?? t(sentence(report, one)))))), cell(UI.outcome, given(t(valueWords(text(one.body.get("outcome")) ?? "–")))),
    cell(UI.agent, given(text(one.body.get("agent")) ?? "–")), cell(UI.item, itemNumbers(report, ids(one.body.get("items"))))));
  return table("custody", UI.custody, [UI.when, UI.event, UI.outcome, UI.agent, UI.item], rows) ?? h("section", { id: "custody" }, h("h2", {}, t(UI.custody)), h("p", {}, t(UI.custodyNone)));
}

function itemNumbers(report: Report, items: readonly string[]): Child {
  return items.flatMap((id, i) => [i > 0 ? ", " : "", h("a", { href: `#e-${id}` }, String(report.itemNumber(id) ?? "?"))]);
}

/** Whole numbers in a body, for places that show them. */
export function whole(one: ListedEntry, field: string): number | null {
  return int(one.body.get(field));
}
