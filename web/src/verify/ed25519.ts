/**
 * The one Ed25519 rule (record.md, section 3).
 *
 * Points 1 to 3 (S below L, canonical and not small-order A and R) are checked here, before any library is called; the
 * equation itself is left to the browser. A browser without Ed25519 makes `available` false, and nothing counts as checked.
 */

import { toHex, type Bytes } from "../base/bytes";

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  0n, 1n, P - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
]);

function little(bytes: Uint8Array): bigint {
  return BigInt("0x" + toHex(Uint8Array.from(bytes).reverse()));
}

function pointAllowed(bytes: Uint8Array): boolean {
  const y = little(bytes) & (2n ** 255n - 1n);
  return y < P && !SMALL_ORDER.has(y);
}

const keys = new Map<string, Promise<CryptoKey | null>>();

function imported(key: Bytes): Promise<CryptoKey | null> {
  const name = toHex(key);
  let found = keys.get(name);
  if (found === undefined) {
    found = pointAllowed(key)
      ? crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]).catch(() => null)
      : Promise.resolve(null);
    keys.set(name, found);
  }
  return found;
}

/** Whether this browser can check Ed25519 at all: tried on a signature known to hold and on one known not to. */
export async function ed25519Available(): Promise<boolean> {
  const from = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  // RFC 8032, section 7.1, test 1: the empty message.
  const key = from("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const signature = from(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  );
  try {
    return (await holds(key, new Uint8Array(), signature)) && !(await holds(key, Uint8Array.of(1), signature));
  } catch {
    return false;
  }
}

/** Whether `signature` of `message` under `key` holds by the strict rule. */
export async function holds(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  if (key.length !== 32 || signature.length !== 64) return false;
  if (little(signature.subarray(32)) >= L || !pointAllowed(signature.subarray(0, 32))) return false;
  const handle = await imported(key);
  return handle !== null && crypto.subtle.verify({ name: "Ed25519" }, handle, signature, message);
}
