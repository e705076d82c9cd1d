/** Fields of an entry as rows: disclosed values as text, others as the word for their state. */

import { at, int, isMap, text, type Value } from "../base/value";
import { fieldWords } from "../base/words";
import { given, h, mono } from "../page/dom";
import { language, t } from "../page/language";
import type { ListedEntry, SealedField } from "../verify/incident";
import { valueText } from "../verify/valuetext";
import { UI } from "./ui";

/** A text that may be given in both languages: the reader's if there is one. */
export function eitherLanguage(value: Value | undefined): { text: string; language: string | null } | null {
  if (typeof value === "string") return { text: value, language: null };
  if (!isMap(value)) return null;
  const mine = language(), other = mine === "ar" ? "en" : "ar";
  const own = text(value.get(mine)), foreign = text(value.get(other));
  if (own !== null) return { text: own, language: mine };
  return foreign === null ? null : { text: foreign, language: other };
}

export function bilingual(value: Value | undefined, tag: "p" | "span" | "h1" = "span"): HTMLElement | null {
  const found = eitherLanguage(value);
  if (found === null) return null;
  const element = h(tag, { lang: found.language });
  element.append(given(found.text));
  return element;
}

export function stateWord(field: SealedField): HTMLElement {
  const words = field.state === "erased" ? UI.erased : field.state === "missing" ? UI.missing : UI.withheld;
  return h("span", { class: "sealed" }, t(words));
}

/** A value as the reader sees it: text in both languages, places as degrees, else as it stands. */
export function valueNode(value: Value): HTMLElement {
  const spoken = bilingual(value);
  if (spoken !== null) return spoken;
  const place = placeText(value);
  return place === null ? mono(valueText(value)) : mono(place);
}

export function placeText(value: Value | undefined): string | null {
  const lat = int(at(value, "lat_e7")), lon = int(at(value, "lon_e7"));
  if (lat === null || lon === null) return null;
  const accuracy = int(at(value, "accuracy_m"));
  return `${(lat / 1e7).toFixed(5)}, ${(lon / 1e7).toFixed(5)}${accuracy === null ? "" : ` ± ${accuracy} m`}`;
}

/** Rows for the sealed fields of an entry; absent, withheld and those shown elsewhere are left out. */
export function sealedRows(one: ListedEntry, elsewhere: readonly string[]): HTMLElement | null {
  const rows: HTMLElement[] = [];
  for (const [name, field] of one.sealed) {
    if (elsewhere.includes(name) || field.state === "withheld") continue;
    if (field.state !== "disclosed") rows.push(row(name, stateWord(field)));
    else if (field.value !== null) rows.push(row(name, valueNode(field.value)));
  }
  return rows.length === 0 ? null : h("dl", { class: "fields" }, rows);
}

/** The names of the fields that are withheld, for the end of a line. */
export function withheld(one: ListedEntry): HTMLElement | null {
  const names = [...one.sealed].filter(([, field]) => field.state === "withheld").map(([name]) => t(fieldWords(name)));
  return names.length === 0 ? null : h("span", { class: "sealed small" }, ` ${t(UI.withheld)}: ${names.join(language() === "ar" ? "، " : ", ")}`);
}

function row(name: string, value: HTMLElement): HTMLElement {
  return h("div", {}, h("dt", {}, capital(t(fieldWords(name)))), h("dd", {}, value));
}

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
