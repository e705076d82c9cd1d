/** The language in which the page speaks, and how it writes numbers, sizes and times. */

import type { Said } from "../verify/said";

export type Language = "en" | "ar";
let current: Language = "en";

export function language(): Language {
  return current;
}

export function setLanguage(next: Language): void {
  current = next;
  document.documentElement.lang = next;
  document.documentElement.dir = next === "ar" ? "rtl" : "ltr";
}

export function startLanguage(): Language {
  if (location.hash === "#ar") return "ar";
  if (location.hash === "#en") return "en";
  return navigator.language.toLowerCase().startsWith("ar") ? "ar" : "en";
}

export function t(said: Said): string {
  return said[current];
}

const locale = (): string => (current === "ar" ? "ar-u-nu-latn-ca-gregory" : "en-GB");

export function number(n: number): string {
  return new Intl.NumberFormat(locale(), { useGrouping: true }).format(n);
}

/** Bytes as a person says them. */
export function bytes(n: number): string {
  const units = current === "ar" ? ["بايت", "ك.ب", "م.ب", "غ.ب"] : ["bytes", "kB", "MB", "GB"];
  let value = n, unit = 0;
  while (value >= 1000 && unit < 3) { value /= 1000; unit++; }
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 }).format(value)} ${units[unit] ?? ""}`;
}

const MS_MAX = 8.64e15;

/** `20:41`, always UTC: the record knows no other zone. */
export function clock(ms: number, seconds = false): string {
  if (ms > MS_MAX) return String(ms);
  return new Date(ms).toISOString().slice(11, seconds ? 19 : 16);
}

export function day(ms: number): string {
  if (ms > MS_MAX) return String(ms);
  return new Intl.DateTimeFormat(locale(), { timeZone: "UTC", weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(ms);
}

export function sameDay(a: number, b: number): boolean {
  return Math.floor(a / 86_400_000) === Math.floor(b / 86_400_000);
}

/** A bracket of time, the day said once when it is the same. */
export function bracket(from: number, to: number | null): string {
  const zone = "UTC";
  if (to === null) return `${day(from)}, ${clock(from)} ${zone}`.replace(", ", current === "ar" ? "، " : ", ");
  const comma = current === "ar" ? "، " : ", ";
  return sameDay(from, to) ? `${day(from)}${comma}${clock(from)} – ${clock(to)} ${zone}` : `${day(from)}${comma}${clock(from)} – ${day(to)}${comma}${clock(to)} ${zone}`;
}

/** A duration still to wait, roughly. */
export function remaining(ms: number): string {
  const s = Math.max(1, Math.round(ms / 1000));
  if (s < 90) return current === "ar" ? `${s} ث` : `${s} s`;
  return current === "ar" ? `${Math.round(s / 60)} د` : `${Math.round(s / 60)} min`;
}
