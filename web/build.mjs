/**
 * Builds the page: one HTML file that holds its script, its style and its fonts, and loads nothing.
 *
 * The content security policy names the SHA-256 of the one script and the one style, so nothing else runs, and the
 * browser refuses the page's own script if a byte of it changes. The same inputs give the same bytes.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { fontFaces } from "./fonts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "firsthand", "static");
const PLACEHOLDER = '<script type="application/json" id="dossier">null</script>';
const BYTES_MAX = 350_000;

const [bundle] = [await build({
  root: here, configFile: false, logLevel: "warn",
  build: {
    write: false, target: "es2022", assetsInlineLimit: Number.MAX_SAFE_INTEGER, cssCodeSplit: false, modulePreload: false,
    rollupOptions: { input: join(here, "src/page/main.ts"), output: { format: "iife", entryFileNames: "page.js", assetFileNames: "page[extname]" } },
  },
})].flat();
const script = text("page.js").trim().replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
const style = (await fontFaces()) + text("page.css").trim();

function text(name) {
  const found = bundle.output.find((file) => file.fileName === name);
  if (found === undefined) throw new Error(`the build made no ${name}`);
  return found.type === "chunk" ? found.code : Buffer.from(found.source).toString("utf8");
}

function source(content) {
  return `'sha256-${createHash("sha256").update(content, "utf8").digest("base64")}'`;
}

// `file:` beside 'self': some browsers do not count a neighbour in the same folder as 'self' when there is no server.
const policy = [
  "default-src 'none'", `script-src ${source(script)}`, `style-src ${source(style)}`, "img-src 'self' file: blob:",
  "media-src 'self' file: blob:", "font-src data:", "connect-src 'none'", "base-uri 'none'", "form-action 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const template = await readFile(join(here, "src/page/page.html"), "utf8");
const page = template
  .replace("%POLICY%", () => policy)
  .replace("%STYLE%", () => style)
  .replace("%DATA%", () => PLACEHOLDER)
  .replace("%SCRIPT%", () => script);
if (page.split(PLACEHOLDER).length !== 2) throw new Error("the page must hold its placeholder exactly once");
const bytes = Buffer.from(page, "utf8");
if (bytes.length > BYTES_MAX) throw new Error(`the page has ${bytes.length} bytes, more than ${BYTES_MAX}`);
await mkdir(out, { recursive: true });
await writeFile(join(out, "dossier.html"), bytes);
console.log(`dossier.html ${bytes.length} bytes, script ${Buffer.byteLength(script)}, style ${Buffer.byteLength(style)}`);
