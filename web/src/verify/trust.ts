/** Checks `keys` and `anchor`: data/keys and data/policy are what the entries say; and whose log it is (section 4). */

import { fromUtf8 } from "../base/bytes";
import type { FileRead } from "./intake";
import { parseVerifierKey, verifierKey, type LogKey } from "./note";
import { CAUSE, finding, type Finding } from "./said";

export interface KeyFile { readonly org: string; readonly logs: readonly string[] }

function textOf(files: ReadonlyMap<string, FileRead>, name: string): string | null {
  const bytes = files.get(name)?.bytes ?? null;
  return bytes === null ? null : fromUtf8(bytes);
}

export function checkKeys(files: ReadonlyMap<string, FileRead>, org: string | null, log: LogKey | null): Finding[] {
  const out: Finding[] = [];
  const key = log === null ? "" : verifierKey(log);
  if (textOf(files, "data/keys") !== `firsthand-keys/1\nlog ${key}\norg ${org ?? ""}\n`) {
    out.push(finding("The keys in \u2068data/keys\u2069 are not those of the signed entries.", "المفاتيح في \u2068data/keys\u2069 ليست مفاتيح القيود الموقّعة.", { file: "data/keys", rank: CAUSE }));
  }
  if (textOf(files, "data/policy") !== `log ${key}\nquorum none\n`) {
    out.push(finding("The policy in \u2068data/policy\u2069 is not the one of this log.", "السياسة في \u2068data/policy\u2069 ليست سياسة هذا السجل.", { file: "data/policy", rank: CAUSE }));
  }
  return out;
}

/** Read a key file from outside; `#` lines are allowed there. Null when it is not of that form. */
export function readKeyFile(text: string): KeyFile | null {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.shift() !== "firsthand-keys/1") return null;
  const orgs = lines.filter((line) => /^org [0-9a-f]{64}$/.test(line)), logs = lines.filter((line) => line.startsWith("log ")).map((line) => line.slice(4));
  if (orgs.length !== 1 || logs.length === 0 || orgs.length + logs.length !== lines.length) return null;
  return logs.every((log) => parseVerifierKey(log) !== null) ? { org: orgs[0]?.slice(4) ?? "", logs } : null;
}

export type Anchor = "established" | "not established" | "contradicted";

export function checkAnchor(trust: KeyFile | null, org: string | null, log: LogKey | null): { anchor: Anchor; findings: Finding[] } {
  if (trust === null) return { anchor: "not established", findings: [] };
  const findings: Finding[] = [];
  if (org !== trust.org) findings.push(finding("The organisation is not the one in your key file.", "المنظمة ليست المذكورة في ملف المفاتيح الذي قدمته.", { rank: CAUSE }));
  if (log === null || !trust.logs.includes(verifierKey(log))) findings.push(finding("The log is not one of those in your key file.", "السجل ليس من السجلات المذكورة في ملف المفاتيح الذي قدمته.", { rank: CAUSE }));
  return { anchor: findings.length === 0 ? "established" : "contradicted", findings };
}
