/** Standing over what a single hostile key can write in any number: a chain of rotations, each valid and nobody's consent needed. */

import type { Bytes } from "../src/base/bytes";
import { fromHex } from "../src/base/bytes";
import type { Value } from "../src/base/value";
import type { Entry } from "../src/verify/entry";
import { feedId } from "../src/verify/keyring";
import { Standing } from "../src/verify/standing";

const ROTATIONS = 2_000;
const MS_MAX = 10_000;

function key(n: number): Bytes {
  const out = new Uint8Array(32);
  new DataView(out.buffer).setUint32(0, n);
  return out;
}

const raw = (id: string): Bytes => fromHex(id) ?? new Uint8Array();
const feed = (n: number): string => feedId(key(n));
const heads = new Map<number, string>();
let written = 0;

function entry(type: string, author: number, seq: number, body: Readonly<Record<string, Value>>): Entry {
  const none = new Uint8Array(), id = (++written).toString(16).padStart(64, "0"), sealed = new Map<string, Bytes>();
  if (type === "record.enrol/1") sealed.set("name", none);
  if (type === "record.withdraw/1") sealed.set("note", none);
  const prev = heads.get(author) ?? "";
  heads.set(author, id);
  return { id, org: "", seq, feed: feed(author), prev, seen: null, time: [0, 0], type, body: new Map(Object.entries(body)), sealed, bytes: none, payload: none, signature: none };
}

/** A seat (key 0), a crew (key 1) and the chain that follows it; `[entries, the last of the chain]`. */
function chain(withdrawn: number | null): [Entry[], Entry] {
  heads.clear();
  const enrolled = entry("record.enrol/1", 0, 1, { alg: 1, key: key(1), purpose: "writer", next: raw(feed(2)), person: null, proof: new Uint8Array(64) });
  const all = [enrolled, entry("record.grant/1", 0, 2, { feed: raw(feed(1)), seq: 0, entry: null, roles: ["crew"], replaces: [] })];
  if (withdrawn !== null) all.push(entry("record.withdraw/1", 0, 3, { feed: raw(feed(withdrawn)), seq: 0, entry: null, reason: "lost" }));
  for (let n = 1; n <= ROTATIONS; n++) {
    all.push(entry("record.rotate/1", n + 1, 0, { old: raw(feed(n)), seq: 0, entry: key(0), alg: 1, key: key(n + 1), next: raw(feed(n + 2)) }));
  }
  const last = entry("exercise.note/1", ROTATIONS + 1, 1, {});
  return [[...all, last], last];
}

/** `[how many ran, what failed]`. */
export async function longChains(): Promise<[number, string[]]> {
  const failed: string[] = [];
  for (const [withdrawn, expected] of [[null, "standing"], [1, "waiting"], [ROTATIONS, "withdrawn"]] as const) {
    const [entries, last] = chain(withdrawn), started = performance.now();
    let pauses = 0;
    const genesis = { name: "", exercise: true, m: 1, seats: [{ feed: feed(0), next: null }] };
    const enrolments = new Set(entries.filter((one) => one.type === "record.enrol/1").map((one) => one.id));
    const standing = await Standing.settled({ entries, genesis, provenEnrolments: enrolments }, async () => void pauses++);
    const states = new Map(entries.map((one) => [one.id, standing.state(one)])), ms = performance.now() - started;
    if (states.get(last.id) !== expected || (expected === "standing" && standing.roles(last).join() !== "crew")) failed.push(`withdrawn ${String(withdrawn)}: the last is ${String(states.get(last.id))}`);
    if (ms > MS_MAX || pauses < ROTATIONS) failed.push(`withdrawn ${String(withdrawn)}: ${Math.round(ms)} ms, ${pauses} pauses`);
  }
  return [3, failed];
}
