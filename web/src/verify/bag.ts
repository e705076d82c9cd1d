/** Check `bag`: both manifests and the two BagIt files (dossier.md, section 1; RFC 8493). */

import { byName, fromUtf8 } from "../base/bytes";
import type { FileRead } from "./intake";
import { fileWords } from "./names";
import { CAUSE, CONSEQUENCE, finding, quoted, type Finding } from "./said";

type Files = ReadonlyMap<string, FileRead>;

export function checkBag(files: Files): Finding[] {
  const names = [...files.keys()];
  const payload = names.filter((name) => name.startsWith("data/"));
  const tags = names.filter((name) => !name.startsWith("data/") && name !== "tagmanifest-sha256.txt");
  return [
    ...manifest(files, "manifest-sha256.txt", payload),
    ...manifest(files, "tagmanifest-sha256.txt", tags),
    ...declaration(files),
    ...info(files, payload),
  ];
}

function textOf(files: Files, name: string): string | null {
  const bytes = files.get(name)?.bytes ?? null;
  return bytes === null ? null : fromUtf8(bytes);
}

function manifest(files: Files, name: string, members: readonly string[]): Finding[] {
  const text = textOf(files, name);
  if (text === null) return [finding(`${quoted(name)} is missing or is not text.`, `الملف ${quoted(name)} مفقود أو ليس نصًا.`, { file: name, rank: CAUSE })];
  const expected = [...members].sort(byName).map((member) => `${files.get(member)?.sha256 ?? ""}  ${member}\n`).join("");
  if (text === expected) return [];
  return compareLines(files, name, members, text);
}

function compareLines(files: Files, manifestName: string, members: readonly string[], text: string): Finding[] {
  const listed = new Map<string, string>(), present = new Set(members), found: Finding[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
    if (match !== null) listed.set(match[2] ?? "", match[1] ?? "");
  }
  for (const name of members) {
    const words = fileWords(name), sum = listed.get(name);
    if (sum === undefined) found.push(finding(`${quoted(name)} (${words.en}) is not in the list ${quoted(manifestName)}.`, `${quoted(name)} (${words.ar}) غير مذكور في القائمة ${quoted(manifestName)}.`, { file: name }));
    else if (sum !== files.get(name)?.sha256) found.push(finding(`${quoted(name)} (${words.en}) has changed: it has not the SHA-256 that the list names.`, `تغيّر ${quoted(name)} (${words.ar}): بصمته SHA-256 ليست المذكورة في القائمة.`, { file: name, rank: name === manifestName ? CONSEQUENCE : 2 }));
  }
  for (const name of listed.keys()) {
    if (!present.has(name)) found.push(finding(`${quoted(name)} (${fileWords(name).en}) is listed and is missing.`, `${quoted(name)} (${fileWords(name).ar}) مذكور في القائمة ومفقود.`, { file: name, rank: CAUSE }));
  }
  return found.length > 0 ? found : [finding(`${quoted(manifestName)} has not its one form.`, `${quoted(manifestName)} ليس على صورته الوحيدة المسموح بها.`, { file: manifestName })];
}

function declaration(files: Files): Finding[] {
  if (textOf(files, "bagit.txt") === "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n") return [];
  return [finding("\u2068bagit.txt\u2069 has not its form.", "\u2068bagit.txt\u2069 ليس على صورته.", { file: "bagit.txt" })];
}

function info(files: Files, payload: readonly string[]): Finding[] {
  const bad = (en: string, ar: string): Finding[] => [finding(en, ar, { file: "bag-info.txt" })];
  const lines = (textOf(files, "bag-info.txt") ?? "").split("\n");
  const fields = lines.slice(0, -1).map((line) => /^([A-Za-z-]+): (.+)$/.exec(line));
  const labels = fields.map((field) => field?.[1] ?? "").join();
  const known = "Bag-Software-Agent,Bagging-Date,External-Identifier,Payload-Oxum";
  if (lines.at(-1) !== "" || lines[0] !== "Bag-Software-Agent: Firsthand" || (labels !== known && labels !== known.replace("Date,", "Date,Exercise,"))) {
    return bad("\u2068bag-info.txt\u2069 has not exactly its lines.", "\u2068bag-info.txt\u2069 لا يحوي أسطره بالضبط.");
  }
  const value = (label: string): string => fields.find((field) => field?.[1] === label)?.[2] ?? "";
  const bytes = payload.reduce((sum, name) => sum + (files.get(name)?.size ?? 0), 0);
  if (value("Payload-Oxum") !== `${bytes}.${payload.length}`) return bad("The count of bytes and files in \u2068bag-info.txt\u2069 is not what is there.", "عدد البايتات والملفات في \u2068bag-info.txt\u2069 لا يوافق الموجود.");
  if (labels.includes("Exercise") && value("Exercise") !== "yes") return bad("The mark of an exercise in \u2068bag-info.txt\u2069 has not its form.", "علامة التمرين في \u2068bag-info.txt\u2069 ليست على صورتها.");
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value("Bagging-Date"))) return bad("The date in \u2068bag-info.txt\u2069 has not its form.", "التاريخ في \u2068bag-info.txt\u2069 ليس على صورته.");
  return [];
}

/** The incident and the exercise mark that `bag-info.txt` claims. */
export function bagClaims(files: Files): { incident: string; exercise: boolean } {
  const text = textOf(files, "bag-info.txt") ?? "";
  return { incident: /^External-Identifier: (.*)$/m.exec(text)?.[1] ?? "", exercise: /^Exercise: yes$/m.test(text) };
}
