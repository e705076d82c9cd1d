/** Genesis: who may found, and the proofs by which every root key consents (record.md, section 6). */

import { encodeCbor } from "../base/cbor";
import { fromHex } from "../base/bytes";
import { at, hex, int, isBytes, isMap, list, text, type Value } from "../base/value";
import { holds } from "./ed25519";
import { ZERO_ID, type Entry } from "./entry";
import { feedId, keyOf } from "./keyring";
import { hasItsShape } from "./shapes";

export interface Seat { readonly feed: string; readonly next: string | null }
export interface Genesis { readonly name: string; readonly exercise: boolean; readonly m: number; readonly seats: readonly Seat[] }

/** Read genesis, or say in English why it is none. Proofs are checked. */
export async function readGenesis(entry: Entry): Promise<Genesis | string> {
  const { body } = entry;
  const name = text(body.get("name")), exercise = body.get("exercise"), m = int(body.get("m"));
  const roots = list(body.get("roots"));
  if (!hasItsShape(entry)) return "its body has another shape";
  if (entry.type !== "record.genesis/1" || entry.seq !== 0 || entry.org !== ZERO_ID) return "it does not stand at the beginning of a feed with `org` zero";
  if (name === null || typeof exercise !== "boolean" || m === null) return "`name`, `exercise` or `m` has not its form";
  if (roots.length < 1 || roots.length > 16 || m < 1 || m > roots.length) return "`m` and the number of roots do not fit";
  const listed: Value[] = [];
  const seats: Seat[] = [];
  for (const root of roots) {
    const key = at(root, "key"), next = at(root, "next"), person = at(root, "person");
    if (!isMap(root) || at(root, "alg") !== 1 || !isBytes(key) || key.length !== 32) return "a root key has not its form";
    if (!(next === null || (isBytes(next) && next.length === 32)) || !isBytes(person) || person.length !== 16) return "a root has not its form";
    listed.push([1, key, next, person]);
    seats.push({ feed: feedId(key), next: hex(next) });
  }
  if (new Set(seats.map((seat) => seat.feed)).size !== seats.length) return "a root key stands twice";
  if (seats[0]?.feed !== entry.feed) return "it is not written by the first root";
  const message = encodeCbor(["firsthand.root/1", name, exercise, m, listed]);
  for (const root of roots) {
    const key = at(root, "key"), proof = at(root, "proof");
    if (!isBytes(key) || !isBytes(proof) || !(await holds(key, message, proof))) return "the proof of a root key does not hold";
  }
  return { name, exercise, m, seats };
}

/** Whether the new key of an enrolment consented to it. */
export async function enrolmentProofHolds(entry: Entry, org: string): Promise<boolean> {
  const { body } = entry;
  const key = keyOf(entry), proof = body.get("proof"), anchor = fromHex(org);
  const next = body.get("next") ?? null, person = body.get("person") ?? null;
  if (key === null || anchor === null || !isBytes(proof) || body.get("alg") !== 1) return false;
  const message = encodeCbor(["firsthand.enrol/1", anchor, body.get("purpose") ?? null, 1, key, next, person]);
  return holds(key, message, proof);
}
