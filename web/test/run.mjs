/** Builds test/vectors.ts in memory, runs it against ../tests/vectors and over long chains; leaves with 1 when a case fails. */

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const [bundle] = [await build({
  root: join(here, ".."), configFile: false, logLevel: "warn",
  build: { write: false, minify: false, lib: { entry: join(here, "vectors.ts"), formats: ["es"], fileName: "vectors" } },
})].flat();
const code = bundle.output.find((file) => file.type === "chunk").code;
const { longChains, run } = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);

let failures = 0;
for (const name of ["cbor", "ed25519", "entries", "notes", "roster", "sealed", "tree"]) {
  const cases = JSON.parse(await readFile(join(here, "../../tests/vectors", `${name}.json`), "utf8"));
  tell(name, ...(await run(name, cases)));
}
const started = performance.now();
tell("long chains of rotations", ...(await longChains()));
console.log(`  in ${Math.round(performance.now() - started)} ms`);
process.exit(failures === 0 ? 0 : 1);

function tell(name, ran, failed) {
  console.log(`${name}: ${ran} cases, ${failed.length} failed`);
  for (const line of failed) console.log(`  ${line}`);
  failures += failed.length + (ran === 0 ? 1 : 0);
}
