/** Current values and conflicts: of the standing entries about one subject, those that no other replaces (record.md, section 8). */

import { hex, ids } from "../base/value";
import type { ListedEntry } from "../verify/incident";

export class Heads {
  private readonly updates = new Map<string, ListedEntry[]>();
  private readonly stands: (one: ListedEntry) => boolean;

  constructor(entries: readonly ListedEntry[], stands: (one: ListedEntry) => boolean) {
    this.stands = stands;
    for (const one of entries) {
      const subject = hex(one.body.get("subject"));
      if (subject === null || !stands(one)) continue;
      this.updates.set(subject, [...(this.updates.get(subject) ?? []), one]);
    }
  }

  of(thing: ListedEntry): readonly ListedEntry[] {
    const all = this.updates.get(thing.id) ?? [];
    // What began the thing gives way to any word about it.
    if (all.length === 0) return this.stands(thing) ? [thing] : [];
    const replaced = new Set(all.flatMap((one) => ids(one.body.get("replaces")).filter((id) => id !== one.id)));
    return all.filter((one) => !replaced.has(one.id));
  }
}
