/** The panel at the top: drop or choose, progress, verdict, key file. */

import { Cancelled, type Progress } from "../verify/intake";
import type { Package } from "../verify/package";
import { NoEd25519, verify, type Verdict } from "../verify/run";
import { readKeyFile, type KeyFile } from "../verify/trust";
import { ZipError } from "../verify/zip";
import { visible } from "../verify/said";
import { given, h, replace, type Child } from "./dom";
import { bytes, number, remaining, t } from "./language";
import { PANEL } from "./panel_words";
import { chosenFolder, chosenZip, dropped } from "./pick";
import { plainResult, sentence, verdictNode, type Result } from "./verdict";

declare global {
  interface Window { firsthandResult: Result | null }
}

type State = { readonly kind: "open" } | { readonly kind: "said"; readonly line: typeof PANEL.cancelled; readonly why: string }
  | { readonly kind: "running"; readonly progress: Progress | null } | { readonly kind: "done"; readonly verdict: Verdict; readonly label: string };

const KEY_TEXT_MAX = 65_536;

export class Panel {
  readonly node = h("section", { class: "panel", id: "check" });
  private readonly live = h("div", { "aria-live": "polite", class: "live" });
  private state: State = { kind: "open" };
  private trust: KeyFile | null = null;
  private keyText = "";
  private abort: AbortController | null = null;
  private pack: Package | null = null;
  private readonly embedded: boolean;
  private readonly onVerdict: (verdict: Verdict, pack: Package) => void;
  note: string | null = null;

  constructor(options: { embedded: boolean; onVerdict: (verdict: Verdict, pack: Package) => void }) {
    this.embedded = options.embedded;
    this.onVerdict = options.onVerdict;
    window.firsthandResult = null;
    this.listen();
  }

  render(): void {
    this.renderLive();
    replace(this.node, this.embedded ? null : h("h1", {}, t(PANEL.title)), this.live, this.controls(), this.keys(),
      h("p", { class: "small quiet" }, t(PANEL.stays), this.embedded ? [" ", t(PANEL.inside)] : null));
  }

  /** Drops count anywhere on the page, so that a near miss does not open the zip in the browser. */
  private listen(): void {
    document.addEventListener("dragover", (event) => { event.preventDefault(); this.node.classList.add("over"); });
    document.addEventListener("dragleave", (event) => { if (event.relatedTarget === null) this.node.classList.remove("over"); });
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      this.node.classList.remove("over");
      if (event.dataTransfer === null) return;
      const [file] = event.dataTransfer.files;
      const onKeys = event.target instanceof Element && event.target.closest(".keys") !== null;
      if (onKeys && file !== undefined) void this.readKey(file);
      else this.start(dropped(event.dataTransfer));
    });
  }

  private renderLive(): void {
    this.node.dataset["state"] = this.state.kind;
    replace(this.live, this.liveChildren());
  }

  private liveChildren(): Child[] {
    const { state } = this;
    if (state.kind === "open") return [sentence("open", t(PANEL.unchecked))];
    if (state.kind === "said") return [sentence("open", t(state.line)), state.why === "" ? null : h("p", { class: "small" }, given(state.why))];
    if (state.kind === "running") return this.running(state.progress);
    return [verdictNode(state.verdict), this.note === null ? null : h("p", { class: "notice" }, this.note), h("p", { class: "small" }, given(state.label), ` · ${number(state.verdict.files)} ${t(PANEL.files)} · ${bytes(state.verdict.bytes)}`)];
  }

  private running(progress: Progress | null): Child[] {
    const done = progress?.done ?? 0, total = progress?.total ?? 0, ms = progress?.ms ?? 0;
    const rate = ms > 0 ? (done / ms) * 1000 : 0;
    const parts = total > 0 ? [`${bytes(done)} / ${bytes(total)}`, `${bytes(rate)}/s`, `${remaining(rate > 0 ? ((total - done) / rate) * 1000 : 0)} ${t(PANEL.left)}`] : [];
    const button = h("button", { type: "button" }, t(PANEL.cancel));
    button.addEventListener("click", () => this.abort?.abort());
    return [sentence("open", t(PANEL.checking)), h("progress", { max: Math.max(1, total), value: done, "aria-label": t(PANEL.checking) }), h("p", { class: "small tabular" }, parts.join(" · ")), button];
  }

  private controls(): HTMLElement {
    const zip = h("input", { type: "file", accept: ".zip,application/zip", id: "zip", class: "file" });
    const folder = h("input", { type: "file", webkitdirectory: true, id: "folder", class: "file" });
    zip.addEventListener("change", () => { this.start(chosenZip(zip)); zip.value = ""; });
    folder.addEventListener("change", () => { this.start(chosenFolder(folder)); folder.value = ""; });
    const again = h("button", { type: "button", class: "quiet" }, t(PANEL.again));
    again.addEventListener("click", () => { const held = this.pack; if (held !== null) this.start(() => Promise.resolve(held)); });
    return h("div", { class: "controls" },
      h("span", { class: "pick" }, zip, h("label", { for: "zip" }, t(PANEL.pickZip))), h("span", { class: "pick" }, folder, h("label", { for: "folder" }, t(PANEL.pickFolder))),
      this.pack === null ? null : again);
  }

  private keys(): HTMLElement {
    const box = h("textarea", { rows: 4, spellcheck: "false", dir: "ltr", id: "keytext", "aria-label": t(PANEL.keyTitle), maxlength: KEY_TEXT_MAX });
    box.value = this.keyText;
    box.addEventListener("input", () => this.setKey(box.value, said));
    const said = h("p", { class: "small", "aria-live": "polite" });
    const input = h("input", { type: "file", id: "keyfile", class: "file" });
    input.addEventListener("change", () => { const file = input.files?.[0]; if (file !== undefined) void this.readKey(file); });
    this.sayKey(said);
    return h("details", { class: "keys", open: this.keyText !== "" }, h("summary", {}, t(PANEL.keyTitle)), h("p", { class: "small" }, t(PANEL.keyHelp)), box,
      h("span", { class: "pick" }, input, h("label", { for: "keyfile" }, t(PANEL.keyChoose))), said);
  }

  private async readKey(file: File): Promise<void> {
    this.keyText = visible((await file.slice(0, KEY_TEXT_MAX).text()), true);
    this.trust = readKeyFile(this.keyText);
    this.render();
  }

  private setKey(value: string, said: HTMLElement): void {
    this.keyText = value;
    this.trust = readKeyFile(value);
    this.sayKey(said);
  }

  private sayKey(said: HTMLElement): void {
    const line = this.keyText.trim() === "" ? "" : t(this.trust === null ? PANEL.keyBad : PANEL.keyGood);
    replace(said, line);
  }

  private start(open: (() => Promise<Package>) | null): void {
    if (open === null) return;
    this.abort?.abort();
    this.abort = new AbortController();
    void this.run(open, this.abort);
  }

  private async run(open: () => Promise<Package>, abort: AbortController): Promise<void> {
    const show = (state: State): void => { if (this.abort === abort) { this.state = state; this.renderLive(); } };
    const said = (line: typeof PANEL.cancelled, why: string): void => {
      if (this.abort === abort) window.firsthandResult = { ok: false, anchor: "not established", checks: [], unchecked: why === "" ? line.en : why };
      show({ kind: "said", line, why });
    };
    window.firsthandResult = null;
    show({ kind: "running", progress: null });
    try {
      const pack = await open();
      const verdict = await verify({ pack, trust: this.trust, signal: abort.signal, progress: (progress) => show({ kind: "running", progress }) });
      if (this.abort !== abort) return;
      this.pack = pack;
      this.state = { kind: "done", verdict, label: pack.label };
      window.firsthandResult = plainResult(verdict);
      this.onVerdict(verdict, pack);
    } catch (error) {
      if (error instanceof Cancelled) said(PANEL.cancelled, "");
      else if (error instanceof NoEd25519) said(PANEL.nonEd25519, "");
      else said(PANEL.unreadable, error instanceof ZipError || error instanceof Error ? error.message : String(error));
    }
  }
}
