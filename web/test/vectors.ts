/** Runs the shared vectors against the page's own modules; returns the cases that come out otherwise than they should. */

import { fromHex, toHex, type Bytes } from "../src/base/bytes";
import { CborError, decodeCbor, encodeCbor } from "../src/base/cbor";
import { differences, fromJsonForm, type Value } from "../src/base/value";
import { opens } from "../src/verify/content";
import { holds } from "../src/verify/ed25519";
import { parseEntry, signedBytes, type Entry } from "../src/verify/entry";
import { enrolmentProofHolds, readGenesis } from "../src/verify/genesis";
import { feedId, keyring } from "../src/verify/keyring";
import { parseCheckpoint, parseVerifierKey } from "../src/verify/note";
import { included, leafHash, parseProof } from "../src/verify/proof";
import { logSigned } from "../src/verify/proofs";
import { Standing } from "../src/verify/standing";

export { longChains } from "./long";

type Case = Readonly<Record<string, unknown>>;
type Run = (one: Case) => Promise<unknown> | null;

const bytes = (value: unknown): Bytes => fromHex(String(value)) ?? new Uint8Array();

function value(json: unknown): Value {
  if (Array.isArray(json)) return json.map(value);
  if (typeof json === "object" && json !== null) return new Map(Object.entries(json).map(([key, item]) => [key, value(item)]));
  return json as Value;
}

function form(json: unknown): Value | undefined {
  return fromJsonForm(value(json), 0)?.value;
}

async function cbor(one: Case): Promise<boolean> {
  try {
    const found = decodeCbor(bytes(one["cbor"]));
    return toHex(encodeCbor(found)) === one["cbor"] && (!("json" in one) || differences(form(one["json"]), found).length === 0);
  } catch (error) {
    if (error instanceof CborError) return false;
    throw error;
  }
}

async function entry(one: Case): Promise<boolean> {
  try {
    const found = parseEntry(bytes(one["entry"])), key = bytes(one["key"]);
    return feedId(key) === found.feed && (await holds(key, signedBytes(found), found.signature));
  } catch {
    return false;
  }
}

async function note(one: Case): Promise<boolean> {
  const key = parseVerifierKey(String(one["vkey"]));
  if (one["kind"] === "checkpoint") {
    const found = parseCheckpoint(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes(one["note"])));
    return key !== null && found !== null && (await logSigned(found, key));
  }
  const proof = parseProof(bytes(one["proof"]));
  return key !== null && proof !== null && included(leafHash(bytes(one["entry"])), proof) && (await logSigned(proof.checkpoint, key));
}

async function roster(one: Case): Promise<unknown> {
  const entries: Entry[] = (one["entries"] as readonly string[]).map((raw) => parseEntry(bytes(raw)));
  const founding = entries.find((found) => found.id === one["org"]);
  const genesis = founding === undefined ? "none" : await readGenesis(founding);
  if (typeof genesis === "string") return genesis;
  const keys = keyring(entries), valid: Entry[] = [], proven = new Set<string>();
  for (const found of entries) {
    const key = keys.get(found.feed);
    if (key === undefined || (await holds(key, signedBytes(found), found.signature))) valid.push(found); // unknown keys: the vectors' signatures hold
    if (found.type === "record.enrol/1" && (await enrolmentProofHolds(found, String(one["org"])))) proven.add(found.id);
  }
  const standing = Standing.of({ entries: valid, genesis, provenEnrolments: proven });
  return entries.map((found) => standing.state(found));
}

async function sealed(one: Case): Promise<boolean> {
  const found = form(one["value"]), stub = { org: one["org"], feed: one["feed"], seq: one["seq"] } as unknown as Entry;
  return found !== undefined && opens(stub, String(one["field"]), String(one["salt"]), found, bytes(one["commitment"]));
}

async function inclusion(one: Case): Promise<boolean> {
  const checkpoint = { text: "", origin: "", signatures: [], size: Number(one["size"]), root: bytes(one["root"]) };
  return included(bytes(one["leaf"]), { index: Number(one["index"]), path: (one["path"] as readonly string[]).map(bytes), note: "", checkpoint });
}

const RUNS: Readonly<Record<string, Run>> = {
  cbor, sealed, roster, entries: entry, notes: note,
  ed25519: (one) => holds(bytes(one["key"]), bytes(one["message"]), bytes(one["signature"])),
  tree: (one) => (one["kind"] === "inclusion" ? inclusion(one) : null), // the page needs no other part of the tree
};

/** Run the cases of one file; `[how many ran, what failed]`. */
export async function run(name: string, cases: readonly Case[]): Promise<[number, string[]]> {
  const failed: string[] = [];
  let ran = 0;
  for (const one of cases) {
    const result = RUNS[name]?.(one) ?? null;
    if (result === null) continue;
    ran++;
    const found = await result.catch((error: unknown) => String(error));
    if (JSON.stringify(found) !== JSON.stringify(one["expected"])) failed.push(`${name} ${String(one["name"])} (${String(one["why"])}): ${JSON.stringify(found)}`);
  }
  return [ran, failed];
}
