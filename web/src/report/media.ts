/** Pictures and players for what browsers show; a plain card for what they do not. */

import { at, int, text } from "../base/value";
import { given, h, mono, type Child } from "../page/dom";
import { bytes, number, t } from "../page/language";
import type { ListedEntry } from "../verify/incident";
import { bilingual, placeText } from "./fields";
import type { Report } from "./model";
import { duration, family } from "./sentence";
import { UI } from "./ui";

/** The address of a file of the dossier, or null when it is not at hand. */
export type Resolve = (name: string, mime: string) => string | null;

const PICTURES: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]);
const FILMS: ReadonlySet<string> = new Set(["video/mp4", "video/webm", "video/quicktime", "video/ogg"]);
const SOUNDS: ReadonlySet<string> = new Set(["audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/wav", "audio/x-wav", "audio/webm", "audio/flac"]);

/** An item with its picture or player, its note and what it claims of itself. */
export function mediaFigure(report: Report, one: ListedEntry, resolve: Resolve): HTMLElement {
  const media = report.media(one), mime = text(one.body.get("mime")) ?? "", note = one.sealed.get("note");
  const shown = media === null ? card(one, t(UI.fileWithheld)) : player(one, resolve(media.name, mime), mime);
  const lines: Child[] = [
    note?.state === "disclosed" ? bilingual(note.value, "p") : null,
    h("p", { class: "small" }, h("span", {}, `${t(UI.item)} ${report.itemNumber(one.id) ?? ""}`), facts(report, one)),
    claims(one),
  ];
  return h("figure", { class: "media" }, shown, h("figcaption", {}, lines));
}

function facts(report: Report, one: ListedEntry): Child {
  const media = report.media(one), name = one.sealed.get("name"), parts: Child[] = [];
  const width = int(one.body.get("width")), height = int(one.body.get("height")), time = duration(one);
  if (width !== null && height !== null) parts.push(mono(`${width} × ${height}`));
  if (time !== null) parts.push(mono(time));
  if (media !== null) parts.push(bytes(media.size));
  if (name?.state === "disclosed" && typeof name.value === "string") parts.push(given(name.value));
  return parts.flatMap((part) => [" · ", part]);
}

/** What the file says of itself: a claim, never more. */
function claims(one: ListedEntry): HTMLElement | null {
  const field = one.sealed.get("claims");
  if (field?.state !== "disclosed") return null;
  const time = text(at(field.value, "times", "0", "value")), device = text(at(field.value, "device")), place = placeText(at(field.value, "place"));
  const parts = [time, place, device].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return h("p", { class: "small" }, `${t(UI.claims)}: `, parts.flatMap((part, i) => [i > 0 ? " · " : "", given(part)]));
}

function player(one: ListedEntry, url: string | null, mime: string): HTMLElement {
  if (url === null) return card(one, t(UI.cannotLoad));
  if (PICTURES.has(mime)) return fallible(h("img", { src: url, alt: alt(one) }), one);
  if (FILMS.has(mime)) return fallible(h("video", { src: url, controls: true, preload: "metadata", playsinline: true, "aria-label": alt(one) }), one);
  if (SOUNDS.has(mime)) return fallible(h("audio", { src: url, controls: true, preload: "metadata", "aria-label": alt(one) }), one);
  return card(one, t(UI.cannotShow));
}

function fallible(element: HTMLElement, one: ListedEntry): HTMLElement {
  element.addEventListener("error", () => element.replaceWith(card(one, t(UI.cannotLoad))), { once: true });
  return element;
}

function alt(one: ListedEntry): string {
  const note = one.sealed.get("note");
  const words = note?.state === "disclosed" ? bilingual(note.value)?.textContent : null;
  return words ?? t(family(one));
}

function card(one: ListedEntry, why: string): HTMLElement {
  const mime = text(one.body.get("mime")) ?? "";
  return h("div", { class: "card" }, h("strong", {}, t(family(one))), mime === "" ? null : mono(mime), h("span", {}, why));
}

/** Sizes in the evidence table. */
export function sizeText(size: number): string {
  return size < 1_000_000 ? number(size) : bytes(size);
}
