/** The faces of the page: IBM Plex, two weights, cut to the letters that reports are written in, as data addresses. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import subset from "subset-font";

const require = createRequire(import.meta.url);

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join("");
const LATIN = range(0x20, 0x7e) + range(0xa0, 0x17f) + "–—‘’“”„…·×→←−";
// Arabic, and the letters that Persian and Kurdish names add; digits of both kinds; vowel marks; joiners.
const ARABIC = `،؛؟${range(0x621, 0x652)}${range(0x660, 0x66d)}ٱپچژڤکگیۀەڕڵۆێھۇ${range(0x6f0, 0x6f9)}\u200c\u200d`;
const MONO = `${range(0x20, 0x7e)}…×±·`;

const FACES = [
  ["FH Sans", 400, "ibm-plex-sans", "latin", LATIN],
  ["FH Sans", 600, "ibm-plex-sans", "latin", LATIN],
  ["FH Arabic", 400, "ibm-plex-sans-arabic", "arabic", ARABIC],
  ["FH Arabic", 600, "ibm-plex-sans-arabic", "arabic", ARABIC],
  ["FH Mono", 400, "ibm-plex-mono", "latin", MONO],
];

export async function fontFaces() {
  const rules = [];
  for (const [family, weight, name, script, letters] of FACES) {
    const file = require.resolve(`@fontsource/${name}/files/${name}-${script}-${weight}-normal.woff2`);
    const font = await subset(await readFile(file), letters, { targetFormat: "woff2" });
    rules.push(`@font-face{font-family:"${family}";font-weight:${weight};font-display:block;src:url(data:font/woff2;base64,${font.toString("base64")}) format("woff2")}`);
  }
  return rules.join("");
}
