/**
 * Standing: who may write, as a function of the set of entries (record.md, section 7).
 *
 * Authority is settled in layers, so that no rule rests on itself: seats, then officer feeds, then everyone else.
 * Neither time nor order of arrival plays a part.
 */

import { hex, ids, int, list } from "../base/value";
import type { Entry } from "./entry";
import { Feeds } from "./forks";
import type { Genesis } from "./genesis";
import { hasItsShape } from "./shapes";
import { committedNext, feedId, keyOf } from "./keyring";

export type State = "standing" | "waiting" | "withdrawn" | "disputed";

interface Grant { readonly id: string; readonly seq: number; readonly roles: readonly string[]; readonly replaces: readonly string[] }
interface Withdrawal { readonly id: string; readonly seq: number }
interface Adoption { readonly id: string; readonly seq: number; readonly entry: string; readonly replaces: readonly string[] }
interface Introduction { readonly purpose: string; readonly next: string | null }

/** What standing follows from; `provenEnrolments` are the ids of the enrolments whose proof of possession holds. */
export interface Known { readonly entries: readonly Entry[]; readonly genesis: Genesis; readonly provenEnrolments: ReadonlySet<string> }

/** What holds so far, by feed. */
interface Holding {
  readonly introductions: Map<string, Introduction>;
  readonly grants: Map<string, Grant[]>;
  readonly withdrawals: Map<string, Withdrawal[]>;
  /** The feed that a feed follows by rotation. */
  readonly follows: Map<string, string>;
  /** The rotation away from a feed, which ends it at the cited seq. */
  readonly left: Map<string, Withdrawal>;
  /** The withdrawals of the feeds that a feed follows, as worked out so far; forgotten whenever more comes to hold. */
  readonly fallen: Map<string, readonly Withdrawal[]>;
  readonly adoptions: Map<string, Adoption[]>;
  readonly admitted: Set<string>;
}

export class Standing {
  private readonly feeds: Feeds;
  private readonly approvals = new Map<string, Entry[]>();
  private readonly seatOf = new Map<string, number>();
  private readonly bounds = new Map<string, number>();
  private readonly rotations: ReadonlyMap<string, Entry>;
  private readonly roster: readonly Entry[];
  private readonly genesis: Genesis;
  private readonly provenEnrolments: ReadonlySet<string>;
  /** The feed that follows a seat's feed by rotation. */
  private readonly seatLeads = new Map<string, string>();
  private readonly inheritances: Entry[] = [];
  private readonly officerFeeds = new Set<string>();
  private readonly enrolledBySeats = new Set<string>();
  private readonly holding: Holding = { introductions: new Map(), grants: new Map(), withdrawals: new Map(), follows: new Map(), left: new Map(), fallen: new Map(), adoptions: new Map(), admitted: new Set() };

  /** Settled at once. */
  static of(known: Known): Standing {
    const made = new Standing(known);
    for (const _ of made.settle());
    return made;
  }

  /** The same with pauses, in which the page can draw and hear the reader. */
  static async settled(known: Known, pause: () => Promise<unknown>): Promise<Standing> {
    const made = new Standing(known);
    for (const _ of made.settle()) await pause();
    return made;
  }

  private constructor(options: Known) {
    this.genesis = options.genesis;
    this.provenEnrolments = options.provenEnrolments;
    this.feeds = new Feeds(options.entries);
    this.roster = options.entries.filter((entry) => entry.type.startsWith("record.") && hasItsShape(entry));
    this.rotations = rotationsByFeed(this.roster);
    for (const entry of this.roster) {
      if (entry.type !== "record.approve/1") continue;
      for (const id of ids(entry.body.get("entries"))) push(this.approvals, id, entry);
    }
  }

  /** Settle layer after layer; every step is a place to pause. */
  private *settle(): Generator<void> {
    yield;
    this.settleSeats();
    yield;
    yield* this.settleOfficers();
    yield;
    yield* this.settleOthers();
  }

  state(entry: Entry): State {
    const seat = this.seatOf.get(entry.feed);
    return seat === undefined ? this.writerState(entry) : this.seatState(entry);
  }

  roles(entry: Entry): readonly string[] {
    if (this.state(entry) !== "standing") return [];
    return this.seatOf.has(entry.feed) ? ["officer"] : this.rolesAt(entry.feed, entry.seq);
  }

  /** The purpose for which a feed's key is enrolled, or null when no enrolment holds. */
  purpose(feed: string): string | null {
    return this.holding.introductions.get(feed)?.purpose ?? null;
  }

  // Layer 0 ---------------------------------------------------------------------------------------------------------

  private settleSeats(): void {
    this.genesis.seats.forEach((seat, i) => this.seatOf.set(seat.feed, i));
    for (const [i, root] of this.genesis.seats.entries()) {
      let { feed, next } = root;
      for (let rotation = this.successor(feed, next); rotation !== null && !this.seatOf.has(rotation.feed); rotation = this.successor(feed, next)) {
        this.lower(feed, int(rotation.body.get("seq")) ?? -1);
        this.seatLeads.set(feed, rotation.feed);
        feed = rotation.feed;
        next = committedNext(rotation);
        this.seatOf.set(feed, i);
      }
    }
    const fallen = new Set<string>();
    for (const entry of this.ofType("record.withdraw/1")) {
      const feed = hex(entry.body.get("feed")) ?? "";
      const seat = this.seatOf.get(feed);
      if (seat === undefined) continue;
      const signing = new Set(this.signers(entry).map((one) => this.seatOf.get(one.feed)).filter((i) => i !== undefined && i !== seat));
      if (signing.size < this.genesis.m) continue;
      this.lower(feed, int(entry.body.get("seq")) ?? -1);
      // Whoever captured a key may hold its successor too.
      for (let later = this.seatLeads.get(feed); later !== undefined && !fallen.has(later); later = this.seatLeads.get(later)) {
        fallen.add(later);
        this.lower(later, -1);
      }
    }
  }

  /** The valid rotation away from a feed: into the one that was committed for it. */
  private successor(feed: string, next: string | null): Entry | null {
    const found = next === null ? undefined : this.rotations.get(next);
    return found !== undefined && hex(found.body.get("old")) === feed ? found : null;
  }

  private lower(feed: string, bound: number): void {
    this.bounds.set(feed, Math.min(bound, this.bounds.get(feed) ?? Number.MAX_SAFE_INTEGER));
  }

  /** The entry itself and every approval that names it. */
  private signers(entry: Entry): readonly Entry[] {
    return [entry, ...(this.approvals.get(entry.id) ?? [])];
  }

  private seatState(entry: Entry): State {
    const fork = this.feeds.forks(entry.feed)[0];
    if (fork !== undefined && entry.seq >= fork) return "disputed";
    return entry.seq <= (this.bounds.get(entry.feed) ?? Number.MAX_SAFE_INTEGER) ? "standing" : "withdrawn";
  }

  private isStandingSeat(entry: Entry): boolean {
    return this.seatOf.has(entry.feed) && this.seatState(entry) === "standing";
  }

  private seatsSign(entry: Entry): boolean {
    const seats = this.signers(entry).filter((one) => this.isStandingSeat(one)).map((one) => this.seatOf.get(one.feed));
    return new Set(seats).size >= this.genesis.m;
  }

  // Layers 1 and 2 --------------------------------------------------------------------------------------------------

  /** A feed that m seats once made an officer's, and every feed that follows it, answers to m seats only. */
  private *settleOfficers(): Generator<void> {
    for (const entry of this.ofType("record.grant/1")) {
      const feed = hex(entry.body.get("feed")) ?? "";
      if (rolesOf(entry).includes("officer") && !this.seatOf.has(feed) && this.seatsSign(entry)) this.officerFeeds.add(feed);
    }
    // No rotation counts for a feed that is enrolled; whether an officer enrolled it is not known yet.
    this.introduce((entry, feed) => {
      if (this.isStandingSeat(entry)) this.enrolledBySeats.add(feed);
      return this.officerFeeds.has(feed) && this.isStandingSeat(entry);
    });
    this.followRotations();
    yield;
    this.collect((entry, feed) => this.officerFeeds.has(feed) && this.seatsSign(entry));
    yield* this.inheritGrants();
  }

  private *settleOthers(): Generator<void> {
    const commands = new Set<Entry>();
    for (const entry of this.roster) {
      yield;
      if (this.commands(entry)) commands.add(entry);
    }
    this.introduce((entry, feed) => !this.officerFeeds.has(feed) && commands.has(entry));
    this.followRotations();
    this.collect((entry, feed) => !this.officerFeeds.has(feed) && commands.has(entry) && !rolesOf(entry).includes("officer"));
    yield* this.inheritGrants();
    for (const entry of this.ofType("record.admit/1")) {
      if (commands.has(entry)) for (const id of ids(entry.body.get("entries"))) this.holding.admitted.add(id);
    }
  }

  /** Whether the author is a standing seat, or stands on an officer feed with the role `officer`. */
  private commands(entry: Entry): boolean {
    if (this.seatOf.has(entry.feed)) return this.isStandingSeat(entry);
    return this.officerFeeds.has(entry.feed) && this.writerState(entry) === "standing" && this.rolesAt(entry.feed, entry.seq).includes("officer");
  }

  private ofType(type: string): readonly Entry[] {
    return this.roster.filter((entry) => entry.type === type);
  }

  /** Of several holding enrolments of one key, that with the smallest id counts. */
  private introduce(holds: (entry: Entry, feed: string) => boolean): void {
    const enrolments = this.ofType("record.enrol/1").filter((entry) => this.provenEnrolments.has(entry.id));
    for (const entry of [...enrolments].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const key = keyOf(entry), purpose = entry.body.get("purpose");
      const feed = key === null ? "" : feedId(key);
      if (this.seatOf.has(feed) || this.holding.introductions.has(feed) || !holds(entry, feed)) continue;
      this.holding.introductions.set(feed, { purpose: typeof purpose === "string" ? purpose : "", next: committedNext(entry) });
    }
  }

  /** A valid rotation introduces the new key for the old purpose and withdraws the old feed at the cited seq. */
  private followRotations(): void {
    const waiting = [...this.holding.introductions.keys()];
    for (let old = waiting.pop(); old !== undefined; old = waiting.pop()) {
      const before = this.holding.introductions.get(old);
      const rotation = before === undefined ? null : this.successor(old, before.next);
      if (before === undefined || rotation === null || this.seatOf.has(rotation.feed) || this.holding.introductions.has(rotation.feed)) continue;
      if (this.enrolledBySeats.has(rotation.feed) || (this.officerFeeds.has(rotation.feed) && !this.officerFeeds.has(old))) continue;
      this.holding.introductions.set(rotation.feed, { purpose: before.purpose, next: committedNext(rotation) });
      this.inheritances.push(rotation);
      if (this.officerFeeds.has(old)) this.officerFeeds.add(rotation.feed);
      this.holding.follows.set(rotation.feed, old);
      this.holding.left.set(old, { id: rotation.id, seq: int(rotation.body.get("seq")) ?? -1 });
      waiting.push(rotation.feed);
    }
  }

  /** The new feed takes over, at 0, the roles that the old one has at the cited seq; nearest the origin first. */
  private *inheritGrants(): Generator<void> {
    this.holding.fallen.clear();
    for (const rotation of this.inheritances.splice(0)) {
      yield;
      const old = hex(rotation.body.get("old")) ?? "", seq = int(rotation.body.get("seq")) ?? -1;
      if (applying(this.holding, old, seq).length === 0) continue;
      push(this.holding.grants, rotation.feed, { id: rotation.id, seq: 0, roles: rolesFrom(this.holding, old, seq), replaces: [] });
    }
  }

  private collect(holds: (entry: Entry, feed: string) => boolean): void {
    for (const entry of this.roster) {
      const { id, body } = entry;
      const feed = hex(body.get("feed")) ?? "", seq = int(body.get("seq")) ?? 0, replaces = ids(body.get("replaces"));
      if (this.seatOf.has(feed) || !holds(entry, feed)) continue;
      if (entry.type === "record.grant/1") push(this.holding.grants, feed, { id, seq, roles: rolesOf(entry), replaces });
      if (entry.type === "record.withdraw/1") push(this.holding.withdrawals, feed, { id, seq });
      if (entry.type === "record.adopt/1") push(this.holding.adoptions, feed, { id, seq, entry: hex(body.get("entry")) ?? "", replaces });
    }
  }

  // One writer's entry ----------------------------------------------------------------------------------------------

  private rolesAt(feed: string, seq: number): readonly string[] {
    return this.holding.introductions.get(feed)?.purpose === "writer" ? rolesFrom(this.holding, feed, seq) : [];
  }

  private writerState(entry: Entry): State {
    const { introductions, grants, admitted } = this.holding;
    if (this.feeds.forks(entry.feed).some((seq) => seq <= entry.seq && !this.settled(entry, seq))) return "disputed";
    const reached = (grants.get(entry.feed) ?? []).some((grant) => grant.seq <= entry.seq);
    if (introductions.get(entry.feed)?.purpose !== "writer" || !reached) return "waiting";
    const admittedHere = admitted.has(entry.id) && !entry.type.startsWith("record.");
    return applying(this.holding, entry.feed, entry.seq).length > 0 || admittedHere ? "standing" : "withdrawn";
  }

  /** The adoptions about a feed that no other replaces and that do not name an entry held elsewhere. */
  private adopting(feed: string): readonly Adoption[] {
    const all = this.holding.adoptions.get(feed) ?? [];
    return all.filter((one) => {
      const adopted = this.feeds.byId.get(one.entry);
      return (adopted === undefined || (adopted.feed === feed && adopted.seq === one.seq)) && !all.some((other) => other.id !== one.id && other.replaces.includes(one.id));
    });
  }

  /** Whether an adoption settles the fork at `seq` in favour of the branch that the entry is on. */
  private settled(entry: Entry, seq: number): boolean {
    const mine = this.feeds.ancestor(entry.id, seq);
    const theirs = this.adopting(entry.feed).filter((one) => one.seq >= seq)
      .map((one) => (one.seq === seq ? one.entry : this.feeds.ancestor(one.entry, seq))).filter((id) => id !== null);
    return mine !== null && theirs.includes(mine) && theirs.every((id) => id === mine);
  }
}

/** For each new feed the rotation that counts: of several at its seq 0, that with the smallest id. */
function rotationsByFeed(roster: readonly Entry[]): ReadonlyMap<string, Entry> {
  const out = new Map<string, Entry>();
  for (const entry of roster) {
    const key = keyOf(entry), known = out.get(entry.feed);
    if (entry.type !== "record.rotate/1" || entry.seq !== 0 || key === null || feedId(key) !== entry.feed) continue;
    if (known === undefined || entry.id < known.id) out.set(entry.feed, entry);
  }
  return out;
}

function rolesOf(entry: Entry): readonly string[] {
  return list(entry.body.get("roles")).filter((role) => typeof role === "string");
}

function applying(holding: Holding, feed: string, seq: number): readonly Grant[] {
  const reached = (holding.grants.get(feed) ?? []).filter((grant) => grant.seq <= seq);
  const before = withdrawalsOf(holding, feed).filter((withdrawal) => withdrawal.seq < seq);
  return reached.filter((grant) =>
    !reached.some((other) => other.id !== grant.id && other.replaces.includes(grant.id)) && before.every((withdrawal) => grant.replaces.includes(withdrawal.id)));
}

/** Those that name the feed, those that name one it follows (at -1), and the rotation away from it. */
function withdrawalsOf(holding: Holding, feed: string): readonly Withdrawal[] {
  const left = holding.left.get(feed);
  return [...(holding.withdrawals.get(feed) ?? []), ...fallenBefore(holding, feed), ...(left === undefined ? [] : [left])];
}

/** The withdrawals of the feeds that a feed follows, along a chain from its beginning, however long it is. */
function fallenBefore(holding: Holding, feed: string): readonly Withdrawal[] {
  const chain: string[] = [];
  for (let at: string | undefined = feed; at !== undefined && !holding.fallen.has(at); at = holding.follows.get(at)) chain.push(at);
  for (const link of chain.reverse()) {
    const old = holding.follows.get(link), before = old === undefined ? [] : holding.fallen.get(old) ?? [];
    const own = old === undefined ? undefined : holding.withdrawals.get(old);
    holding.fallen.set(link, own === undefined ? before : [...before, ...own.map((withdrawal) => ({ ...withdrawal, seq: -1 }))]);
  }
  return holding.fallen.get(feed) ?? [];
}

function rolesFrom(holding: Holding, feed: string, seq: number): readonly string[] {
  return [...new Set(applying(holding, feed, seq).flatMap((grant) => grant.roles))];
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const found = map.get(key);
  if (found === undefined) map.set(key, [value]);
  else found.push(value);
}
