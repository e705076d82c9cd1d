/** The names that may stand in a dossier (dossier.md, section 1). */

import type { Said } from "./said";

const FIXED: readonly string[] = [
  "VERIFY.txt", "bag-info.txt", "bagit.txt", "data/incident.json", "data/index.html", "data/keys", "data/policy",
  "disclosure.cose", "disclosure.tlog-proof", "manifest-sha256.txt", "tagmanifest-sha256.txt",
];
const ENTRY = /^data\/entries\/([0-9a-f]{64})\.cose$/;
const PROOF = /^data\/proofs\/([0-9a-f]{64})\.tlog-proof$/;
const MEDIA = /^data\/media\/([0-9a-f]{64})\.[a-z0-9]{1,8}$/;

export const REQUIRED = FIXED;

export function entryIn(name: string): string | null {
  return ENTRY.exec(name)?.[1] ?? null;
}

export function proofIn(name: string): string | null {
  return PROOF.exec(name)?.[1] ?? null;
}

export function mediaIn(name: string): string | null {
  return MEDIA.exec(name)?.[1] ?? null;
}

export function allowed(name: string): boolean {
  return FIXED.includes(name) || ENTRY.test(name) || PROOF.test(name) || MEDIA.test(name);
}

/** What a file is, in words. */
export function fileWords(name: string): Said {
  if (entryIn(name) !== null) return { en: "an entry", ar: "قيد" };
  if (proofIn(name) !== null) return { en: "the proof of an entry", ar: "إثبات قيد" };
  if (mediaIn(name) !== null) return { en: "a picture, film, sound or document", ar: "صورة أو تسجيل أو وثيقة" };
  if (name === "data/incident.json") return { en: "the readable record", ar: "السجل المقروء" };
  if (name === "data/index.html") return { en: "the page of the report", ar: "صفحة التقرير" };
  if (name === "disclosure.cose") return { en: "the centre's signature", ar: "توقيع المركز" };
  return { en: "a file of the package", ar: "ملف من ملفات الحزمة" };
}
