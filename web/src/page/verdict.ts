/** The verdict on the page: one sentence, then what changed, then where, then every check. */

import type { Check, Verdict } from "../verify/run";
import { visible, type Finding } from "../verify/said";
import { h, mono } from "./dom";
import { t } from "./language";
import { CHECKS, goodSentence, PANEL } from "./panel_words";

const CAUSES_MAX = 4;
const LISTED_MAX = 25;

/** What tests and scripts read: the same verdict in plain values. */
export interface Result {
  readonly ok: boolean;
  readonly anchor: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
  readonly unchecked?: string;
}

export function plainResult(verdict: Verdict): Result {
  const plain = (finding: Finding): string => `${finding.said.en.replace(/[\u2068\u2069]/g, "")}${finding.file === null ? "" : ` [${visible(finding.file)}]`}`;
  return { ok: verdict.ok, anchor: verdict.anchor, checks: verdict.checks.map((one) => ({ name: one.name, ok: one.ok, detail: one.findings.map(plain).join("\n") })) };
}

/** The findings nearest to the cause, each said once. */
export function causes(verdict: Verdict): readonly Finding[] {
  const all = verdict.checks.flatMap((one) => one.findings);
  const nearest = Math.min(...all.map((one) => one.rank));
  const seen = new Set<string>();
  return all.filter((one) => one.rank === nearest && !seen.has(one.said.en) && seen.add(one.said.en)).sort((a, b) => specific(b) - specific(a));
}

/** A finding that names an entry says more than one that names a file, and that more than none. */
function specific(finding: Finding): number {
  return (finding.entry === null ? 0 : 2) + (finding.file === null ? 0 : 1);
}

export function verdictNode(verdict: Verdict): HTMLElement {
  const shown = h("div", { class: `verdict ${verdict.ok ? "good" : "bad"}` });
  if (verdict.ok) shown.append(sentence("good", goodLine(verdict)));
  else shown.append(...brokenLines(verdict));
  shown.append(allChecks(verdict));
  return shown;
}

export function sentence(kind: "good" | "bad" | "open", line: string): HTMLElement {
  return h("p", { class: `sentence ${kind}` }, h("span", { class: "sign", "aria-hidden": "true" }), h("span", {}, line));
}

function goodLine(verdict: Verdict): string {
  const established = verdict.anchor === "established";
  const counted = verdict.checks.filter((one) => established || one.name !== "anchor");
  return t(goodSentence(counted.filter((one) => one.ok).length, counted.length, established));
}

function brokenLines(verdict: Verdict): HTMLElement[] {
  const found = causes(verdict), first = found.slice(0, CAUSES_MAX);
  const onlyAnchor = verdict.checks.every((one) => one.ok || one.name === "anchor");
  const places = [...new Set(first.flatMap((one) => [one.file, one.entry]).filter((place) => place !== null))];
  return [
    sentence("bad", t(onlyAnchor ? PANEL.contradicted : PANEL.broken)),
    h("h3", {}, t(PANEL.what)),
    h("ul", { class: "causes" }, first.map((one) => h("li", {}, t(one.said))), found.length > first.length ? h("li", { class: "small" }, `+ ${found.length - first.length} ${t(PANEL.more)}`) : null),
    ...(places.length === 0 ? [] : [h("h3", {}, t(PANEL.where)), h("ul", { class: "plain places" }, places.map((place) => h("li", {}, mono(place))))]),
  ];
}

function allChecks(verdict: Verdict): HTMLElement {
  const rows = verdict.checks.map((one) => h("li", { class: one.ok ? state(one, verdict) : "bad" },
    h("span", { class: "sign", "aria-hidden": "true" }),
    h("div", {}, h("span", {}, t(CHECKS[one.name])), h("span", { class: "small" }, ` – ${word(one, verdict)}`),
      one.findings.length === 0 ? null : h("ul", { class: "findings" }, one.findings.slice(0, LISTED_MAX).map((finding) => h("li", {}, t(finding.said))),
        one.findings.length > LISTED_MAX ? h("li", {}, `+ ${one.findings.length - LISTED_MAX} ${t(PANEL.more)}`) : null))));
  return h("details", { class: "checks", open: !verdict.ok }, h("summary", {}, t(PANEL.all)), h("ul", {}, rows));
}

function state(check: Check, verdict: Verdict): string {
  return check.name === "anchor" && verdict.anchor === "not established" ? "open" : "good";
}

function word(check: Check, verdict: Verdict): string {
  if (!check.ok) return t(PANEL.fails);
  return state(check, verdict) === "open" ? t(PANEL.noKey) : t(PANEL.holds);
}
