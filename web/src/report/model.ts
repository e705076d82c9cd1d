/** What the report shows, derived from the readable record alone; nothing here is checked. */

import { hex, ids, int, text, type Value } from "../base/value";
import { Heads } from "./heads";
import type { Entry } from "../verify/entry";
import type { Incident, ListedEntry, ListedMedia } from "../verify/incident";
import { feedId } from "../verify/keyring";
import { Standing, type State } from "../verify/standing";
import { at, isBytes, list } from "../base/value";

export interface Marks {
  /** State of each entry as computed; when absent, the page works it out from the readable record. */
  readonly states: ReadonlyMap<string, State>;
  /** Entries that a check named. */
  readonly broken: ReadonlySet<string>;
}

export class Report {
  readonly incident: Incident;
  readonly marks: Marks;
  readonly byId: ReadonlyMap<string, ListedEntry>;
  readonly heads: Heads;
  private readonly mediaOf: ReadonlyMap<string, ListedMedia>;
  private readonly itemNumbers: ReadonlyMap<string, number>;

  constructor(incident: Incident, marks: Marks) {
    this.incident = incident;
    this.marks = marks;
    this.byId = new Map(incident.entries.map((one) => [one.id, one]));
    this.mediaOf = new Map(incident.media.map((one) => [one.entry, one]));
    this.itemNumbers = new Map(this.ofType("evidence.item").map((one, i) => [one.id, i + 1]));
    this.heads = new Heads(incident.entries, (one) => this.stands(one));
  }

  ofType(name: string): readonly ListedEntry[] {
    return this.incident.entries.filter((one) => one.type.split("/")[0] === name);
  }

  stands(one: ListedEntry): boolean {
    return (this.marks.states.get(one.id) ?? "standing") === "standing";
  }

  state(one: ListedEntry): State {
    return this.marks.states.get(one.id) ?? "standing";
  }

  fact(name: string): Value | undefined {
    return this.incident.facts.find((one) => one.name === name)?.value;
  }

  media(one: ListedEntry): ListedMedia | null {
    const own = this.mediaOf.get(one.id);
    if (own !== undefined) return own;
    const sum = hex(at(one.sealed.get("file")?.value, "sha256"));
    return this.incident.media.find((other) => other.sha256 === sum) ?? null;
  }

  itemNumber(id: string): number | null {
    return this.itemNumbers.get(id) ?? null;
  }

  /** The latest standing word on one thing: itself, or what replaced it. Several are a conflict. */
  current(one: ListedEntry): readonly ListedEntry[] {
    return this.heads.of(one);
  }

  custodyOf(id: string): readonly ListedEntry[] {
    return this.ofType("evidence.custody").filter((one) => ids(one.body.get("items")).includes(id));
  }
}

/** What a status entry, or the entry that began the thing, says of the state. */
export function stateOf(one: ListedEntry): string | null {
  return text(one.body.get("to")) ?? text(one.body.get("status"));
}

/** The states that follow from the readable record, its signatures taken as they are said to be. */
export function statesAsListed(incident: Incident): ReadonlyMap<string, State> {
  const founding = incident.entries.find((one) => one.type === "record.genesis/1");
  const m = int(founding?.body.get("m"));
  if (founding === undefined || m === null) return new Map();
  const seats = list(founding.body.get("roots")).map((root) => {
    const key = at(root, "key");
    return { feed: isBytes(key) ? feedId(key) : "", next: hex(at(root, "next")) };
  });
  const none = new Uint8Array();
  const entries: Entry[] = incident.entries.map((one) => ({
    ...one, org: incident.org, bytes: none, payload: none, signature: none, sealed: new Map([...one.sealed.keys()].map((name) => [name, none])),
  }));
  const standing = Standing.of({
    entries, genesis: { name: "", exercise: incident.exercise, m, seats },
    provenEnrolments: new Set(entries.filter((one) => one.type === "record.enrol/1").map((one) => one.id)),
  });
  return new Map(entries.map((entry) => [entry.id, standing.state(entry)]));
}
