/** The page: the check at the top, the report below. Without data inside it shows the check alone. */

import "./style.css";
import { text } from "../base/value";
import { FormError, readIncidentText, type Incident } from "../verify/incident";
import type { Package } from "../verify/package";
import type { Verdict } from "../verify/run";
import { statesAsListed, Report, type Marks } from "../report/model";
import { reportNode, titleText } from "../report/report";
import type { Resolve } from "../report/media";
import { UI } from "../report/ui";
import { exerciseBand } from "./band";
import { h, replace } from "./dom";
import { language, setLanguage, startLanguage, t } from "./language";
import { PANEL } from "./panel_words";
import { Panel } from "./panel";

const SAFE_TYPE = /^(image\/(jpeg|png|gif|webp|avif)|video\/(mp4|webm|quicktime|ogg)|audio\/[a-z0-9-]+)$/;

interface Shown { readonly incident: Incident; readonly marks: Marks; readonly resolve: Resolve }

/** The text of the data block, or null when the page is a verifier alone. A JSON string is gzip in base64. */
async function embeddedText(): Promise<string | null> {
  const content = (document.getElementById("dossier")?.textContent ?? "null").trim();
  if (content === "null") return null;
  return content.startsWith('"') ? unpacked(content.slice(1, -1)) : content;
}

/** What cannot be unpacked is shown as unreadable, like anything else that is not a readable record. */
async function unpacked(base64: string): Promise<string> {
  try {
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    return await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  } catch {
    return "";
  }
}

function embedded(content: string | null): Shown | null {
  if (content === null) return null;
  try {
    const incident = readIncidentText(content);
    return { incident, marks: { states: statesAsListed(incident), broken: new Set() }, resolve: (name) => (name.startsWith("data/media/") ? name.slice("data/".length) : null) };
  } catch (error) {
    if (error instanceof FormError) return null;
    throw error;
  }
}

/** After a check, pictures come from the very bytes that were checked. */
function fromPackage(verdict: Verdict, pack: Package): Shown | null {
  if (verdict.incident === null) return null;
  const urls = new Map<string, string>();
  const resolve: Resolve = (name, mime) => {
    const known = urls.get(name), blob = pack.blob(name.startsWith("data/") ? name : `data/${name}`);
    if (known !== undefined || blob === null) return known ?? null;
    const url = URL.createObjectURL(blob.slice(0, blob.size, SAFE_TYPE.test(mime) ? mime : "application/octet-stream"));
    urls.set(name, url);
    return url;
  };
  const broken = new Set(verdict.checks.flatMap((one) => one.findings).filter((one) => one.rank === 1).map((one) => one.entry).filter((id) => id !== null));
  return { incident: verdict.incident, marks: { states: verdict.states, broken }, resolve };
}

function sameJson(a: string | null, b: string | null): boolean {
  try {
    return a !== null && b !== null && JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
  } catch {
    return false;
  }
}

async function begin(): Promise<void> {
  const root = document.getElementById("root"), content = await embeddedText();
  if (root === null) return;
  let shown = embedded(content), failed = content !== null && shown === null;
  const panel = new Panel({
    embedded: content !== null,
    onVerdict: (verdict, pack) => {
      panel.note = content !== null && !sameJson(content, verdict.text) ? t(PANEL.other) : null;
      shown = fromPackage(verdict, pack) ?? shown;
      failed = false;
      render();
    },
  });
  const render = (): void => {
    panel.render();
    const report = shown === null ? null : new Report(shown.incident, shown.marks);
    document.title = report === null ? `Firsthand – ${t(PANEL.title)}` : titleText(report);
    document.body.classList.toggle("has-exercise", report?.incident.exercise === true);
    replace(root, report?.incident.exercise === true ? exerciseBand() : null, bar(report, render), panel.node,
      failed ? h("p", { class: "notice" }, "incident.json ?") : null, report === null || shown === null ? null : h("main", {}, reportNode(report, shown.resolve)));
  };
  setLanguage(startLanguage());
  render();
}

function bar(report: Report | null, render: () => void): HTMLElement {
  const toggle = h("button", { type: "button", class: "language", lang: language() === "ar" ? "en" : "ar" }, t(UI.language));
  toggle.addEventListener("click", () => { setLanguage(language() === "ar" ? "en" : "ar"); render(); document.querySelector<HTMLElement>(".language")?.focus(); });
  const genesis = report?.incident.entries.find((one) => one.type === "record.genesis/1");
  const name = text(genesis?.body.get("name")) ?? "Firsthand";
  return h("nav", { class: "bar", "aria-label": "Firsthand" }, h("bdi", { class: "org" }, name), toggle);
}

void begin();
