/** What the dossier does not contain, in plain numbers, and what it proves. */

import { h, mono } from "../page/dom";
import { number, t } from "../page/language";
import type { Said } from "../verify/said";
import type { Report } from "./model";
import { PROVES, UI } from "./ui";

export function notIncluded(report: Report): HTMLElement {
  const { incident, sealed, files, feeds } = report.incident.counts;
  const line = (said: Said): HTMLElement => h("li", {}, t(said));
  const kept = feeds.reduce((sum, one) => sum + one.log - one.dossier, 0);
  return h("section", { id: "counts" }, h("h2", {}, t(UI.notIncluded)), h("ul", { class: "plain" },
    line({ en: `Entries about this incident: ${number(incident.dossier)} of ${number(incident.log)} are here.`, ar: `القيود عن هذا الحادث: هنا ${number(incident.dossier)} من ${number(incident.log)}.` }),
    line({ en: `Other entries of the same writers, not here: ${number(Math.max(0, kept))}.`, ar: `قيود أخرى للكاتبين أنفسهم ليست هنا: ${number(Math.max(0, kept))}.` }),
    line({ en: `Sealed fields: ${number(sealed.disclosed)} disclosed, ${number(sealed.withheld)} withheld, ${number(sealed.erased)} erased, ${number(sealed.missing)} never received.`, ar: `الحقول المختومة: أُفصح عن ${number(sealed.disclosed)}، وحُجب ${number(sealed.withheld)}، ومُحي ${number(sealed.erased)}، ولم يصل ${number(sealed.missing)}.` }),
    line({ en: `Files: ${number(files.disclosed)} disclosed, ${number(files.withheld)} withheld.`, ar: `الملفات: أُفصح عن ${number(files.disclosed)}، وحُجب ${number(files.withheld)}.` }),
    line({ en: "The numbers for the log are the centre's signed claim. Completeness is not proven beyond that.", ar: "الأعداد الخاصة بالسجل هي ما يدّعيه المركز بتوقيعه. ولا يُثبت الاكتمال أكثر من ذلك." })));
}

export function proves(report: Report): HTMLElement {
  const { org, incident, logSize } = report.incident;
  const row = (label: Said, value: string): HTMLElement => h("div", {}, h("dt", {}, t(label)), h("dd", {}, mono(value)));
  return h("section", { id: "proves" }, h("h2", {}, t(UI.proves)), PROVES.map((one) => h("p", {}, t(one))),
    h("dl", { class: "fields ids" },
      row({ en: "Organisation", ar: "المنظمة" }, org), row({ en: "Incident", ar: "الحادث" }, incident), row({ en: "Entries in the log", ar: "قيود السجل" }, String(logSize))));
}
