/** One paragraph of counts for a report whose record gives no summary of its own. It says only what the entries say. */

import { valueWords } from "../base/words";
import { number } from "../page/language";
import type { Said } from "../verify/said";
import { stateOf, type Report } from "./model";

export function countedSummary(report: Report): Said {
  const states = new Map<string, number>();
  const people = report.ofType("respond.person");
  for (const one of people) {
    const heads = report.current(one), [head] = heads;
    const state = heads.length === 1 && head !== undefined ? stateOf(head) ?? "unknown" : "disputed accounts";
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  const each = (language: "en" | "ar"): string => [...states].map(([state, n]) => counted(state, n, language)).join(language === "ar" ? "، " : ", ");
  const calls = number(report.ofType("respond.call").length), sites = number(report.ofType("respond.worksite").length), units = number(report.ofType("respond.unit").length);
  const files = number(report.incident.counts.files.disclosed);
  const en = `The entries name ${number(people.length)} people${people.length > 0 ? `: ${each("en")}` : ""}. Calls: ${calls}. Worksites: ${sites}. Crews and machines: ${units}. Files shown: ${files}.`;
  const ar = `تذكر القيود ${number(people.length)} من الأشخاص${people.length > 0 ? `: ${each("ar")}` : ""}. النداءات: ${calls}. مواقع العمل: ${sites}. الفرق والآليات: ${units}. الملفات المعروضة: ${files}.`;
  return { en, ar };
}

function counted(state: string, n: number, language: "en" | "ar"): string {
  if (state === "disputed accounts") return language === "en" ? `${number(n)} with two accounts` : `روايتان متعارضتان ${number(n)}`;
  const word = valueWords(state);
  return language === "en" ? `${number(n)} ${word.en}` : `${word.ar} ${number(n)}`;
}
