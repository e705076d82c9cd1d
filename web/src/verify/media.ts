/** Check `media`: every file is the one that its name and its item's disclosed `file` say. */

import { at, hex } from "../base/value";
import { valueWords } from "../base/words";
import type { Incident, ListedEntry, ListedMedia } from "./incident";
import type { FileRead } from "./intake";
import { mediaIn } from "./names";
import { CAUSE, finding, quoted, shortId, type Finding } from "./said";
import { visible } from "./said";

/** What a file is called in a sentence: its kind, and its own name when that is disclosed. */
function called(entry: ListedEntry | undefined): { en: string; ar: string } {
  const family = entry?.body.get("family"), name = entry?.sealed.get("name");
  const kind = valueWords(typeof family === "string" ? family : "other");
  const own = name?.state === "disclosed" && typeof name.value === "string" ? ` ${quoted(name.value)}` : "";
  return { en: `${visible(kind.en)}${own}`, ar: `${visible(kind.ar)}${own}` };
}

export function checkMedia(files: ReadonlyMap<string, FileRead>, incident: Incident | null): Finding[] {
  const out: Finding[] = [];
  const listed = new Map((incident?.entries ?? []).map((one) => [one.id, one]));
  const media = new Map((incident?.media ?? []).map((one) => [one.name.startsWith("data/") ? one.name : `data/${one.name}`, one]));
  for (const [file, content] of files) {
    const sum = mediaIn(file);
    if (sum === null) continue;
    const one = media.get(file), words = called(listed.get(one?.entry ?? "")), where = { file, ...(one === undefined ? {} : { entry: one.entry }), rank: CAUSE };
    if (content.sha256 !== sum) out.push(finding(`The ${words.en} has changed since it was sealed: its SHA-256 is now ${shortId(content.sha256)}, not ${shortId(sum)}.`, `تغيّرت المادة (${words.ar}) منذ ختمها: بصمتها الآن ${shortId(content.sha256)} وليست ${shortId(sum)}.`, where));
    if (one === undefined) out.push(finding(`The file ${quoted(file)} belongs to no item.`, `الملف ${quoted(file)} لا يعود إلى أي مادة.`, where));
    else out.push(...compareItem(one, content, sum, listed.get(one.entry)));
  }
  for (const [file, one] of media) {
    const words = called(listed.get(one.entry));
    if (!files.has(file)) out.push(finding(`The ${words.en} is listed and is missing.`, `المادة (${words.ar}) مذكورة ومفقودة.`, { file, entry: one.entry, rank: CAUSE }));
  }
  return out;
}

function compareItem(one: ListedMedia, content: FileRead, sum: string, entry: ListedEntry | undefined): Finding[] {
  const out: Finding[] = [], field = entry?.sealed.get("file"), where = { file: `data/media/${sum}`, entry: one.entry };
  const words = called(entry);
  if (entry?.type !== "evidence.item/1" || field?.state !== "disclosed") return [finding(`The ${words.en} cites no item that discloses it.`, `المادة (${words.ar}) لا تستند إلى قيد يفصح عنها.`, where)];
  if (one.sha256 !== sum || hex(at(field.value, "sha256")) !== sum) out.push(finding(`The ${words.en}: its name, its item and the list do not agree on the SHA-256.`, `المادة (${words.ar}): الاسم والقيد والقائمة لا تتفق على البصمة.`, where));
  if (one.size !== content.size || at(field.value, "size") !== content.size) out.push(finding(`The ${words.en}: its item says ${String(at(field.value, "size"))} bytes, the file has ${content.size}.`, `المادة (${words.ar}): القيد يقول ${String(at(field.value, "size"))} بايت، وفي الملف ${content.size}.`, where));
  return out;
}
