/** One line for each entry: what happened, in the reader's language. */

import { hex, int, text } from "../base/value";
import { typeWords, valueWords } from "../base/words";
import { language } from "../page/language";
import type { ListedEntry } from "../verify/incident";
import { visible, type Said } from "../verify/said";
import type { Report } from "./model";

const join = (left: Said, right: Said): Said => ({ en: `${left.en}: ${right.en}`, ar: `${left.ar}: ${right.ar}` });
const same = (value: string): Said => ({ en: isolated(value), ar: isolated(value) });

function isolated(value: string): string {
  return `\u2068${visible(value)}\u2069`;
}

/** The worksite's label, the unit's name or the item's number: what a thing is called. */
export function called(report: Report, id: string | null): Said | null {
  const one = id === null ? undefined : report.byId.get(id);
  if (one === undefined) return null;
  const name = one.type.split("/")[0];
  if (name === "respond.worksite") return site(report, one);
  if (name === "respond.unit") return unitName(one);
  if (name === "respond.assignment") return called(report, hex(one.body.get("unit")));
  if (name === "respond.person") return personName(report, one);
  return null;
}

function site(report: Report, one: ListedEntry): Said {
  const shown = isolated(siteLetter(report, one));
  return { en: `worksite ${shown}`, ar: `موقع العمل ${shown}` };
}

/** A worksite's own label when it is short; else a letter in order of opening, for the map and the lines. */
export function siteLetter(report: Report, one: ListedEntry): string {
  const label = text(one.body.get("label")) ?? "", n = report.ofType("respond.worksite").indexOf(one);
  return label.length > 0 && label.length <= 3 ? label : n < 26 ? String.fromCharCode(65 + n) : String(n + 1);
}

/** A label in both scripts, joined by a dash, gives the reader's half; any other stays whole. */
export function siteName(one: ListedEntry): string {
  const label = text(one.body.get("label")) ?? "", halves = label.split(" - ");
  const arabic = halves.findIndex((half) => /[\u0600-\u06ff]/.test(half));
  if (halves.length !== 2 || arabic < 0 || /[\u0600-\u06ff]/.test(halves[1 - arabic] ?? "")) return label;
  return halves[language() === "ar" ? arabic : 1 - arabic] ?? label;
}

export function unitName(one: ListedEntry): Said {
  const latin = text(one.body.get("name_latin")), arabic = text(one.body.get("name_ar"));
  return { en: isolated(latin ?? arabic ?? "?"), ar: isolated(arabic ?? latin ?? "?") };
}

/** A person's name when it is disclosed; else a number in order of first report. */
export function personName(report: Report, one: ListedEntry): Said {
  const field = one.sealed.get("name");
  if (field?.state === "disclosed" && typeof field.value === "string") return same(field.value);
  const n = report.ofType("respond.person").indexOf(one) + 1;
  return { en: `person ${n}`, ar: `الشخص ${n}` };
}

/** The line that stands beside the time. */
export function sentence(report: Report, one: ListedEntry): Said {
  const noun = typeWords(one.type), name = one.type.split("/")[0] ?? "";
  const to = text(one.body.get("to")) ?? text(one.body.get("status"));
  const subject = called(report, hex(one.body.get("subject")));
  if (name === "respond.person") return to === null ? noun : join({ en: capital(personName(report, one).en), ar: personName(report, one).ar }, valueWords(to));
  if (name === "respond.worksite") return opened(report, one);
  if (name === "respond.unit") return join(noun, unitName(one));
  if (name === "respond.assignment") return sent(report, one);
  if (name === "evidence.item") return join({ en: `${capital(family(one).en)} ${report.itemNumber(one.id) ?? ""}`, ar: `${family(one).ar} ${report.itemNumber(one.id) ?? ""}` }, { en: "taken into custody", ar: "أُدخلت الحفظ" });
  if (name === "evidence.custody") return join(noun, same([text(one.body.get("event")), text(one.body.get("outcome"))].filter((part) => part !== null).join(" – ")));
  if (name === "respond.call_status" && to !== null) return { en: `Call ${valueWords(to).en}`, ar: `النداء: ${valueWords(to).ar}` };
  if (name === "respond.call") return { en: "Call received", ar: "ورد نداء" };
  if (name === "respond.incident") return { en: "Incident opened", ar: "فُتح الحادث" };
  if (to !== null) return join(subject === null ? noun : { en: capital(subject.en), ar: subject.ar }, valueWords(to));
  return noun;
}

function opened(report: Report, one: ListedEntry): Said {
  const letter = siteLetter(report, one), name = siteName(one), more = name === "" || name === letter ? "" : `: ${isolated(name)}`;
  return { en: `Worksite ${isolated(letter)} opened${more}`, ar: `فُتح موقع العمل ${isolated(letter)}${more}` };
}

function sent(report: Report, one: ListedEntry): Said {
  const unit = called(report, hex(one.body.get("unit"))), where = called(report, hex(one.body.get("worksite")));
  const u = unit ?? { en: "A crew", ar: "فرقة" };
  return where === null ? { en: `${u.en} sent`, ar: `أُرسلت ${u.ar}` } : { en: `${u.en} sent to ${where.en}`, ar: `أُرسلت ${u.ar} إلى ${where.ar}` };
}

export function family(one: ListedEntry): Said {
  return valueWords(text(one.body.get("family")) ?? "other");
}

export function duration(one: ListedEntry): string | null {
  const ms = int(one.body.get("duration_ms"));
  if (ms === null) return null;
  const s = Math.round(ms / 1000);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
