/** Feeds: held entries, positions with two ids, and ancestors (record.md, section 4). */

import type { Entry } from "./entry";

export class Feeds {
  readonly byId: ReadonlyMap<string, Entry>;
  private readonly positions = new Map<string, Map<number, Set<string>>>();
  private readonly walked = new Map<number, Map<string, string | null>>();
  private readonly forked = new Map<string, readonly number[]>();

  constructor(entries: Iterable<Entry>) {
    const byId = new Map<string, Entry>();
    for (const entry of entries) {
      byId.set(entry.id, entry);
      this.add(entry.feed, entry.seq, entry.id);
      if (entry.seq > 0) this.add(entry.feed, entry.seq - 1, entry.prev);
    }
    this.byId = byId;
    for (const [feed, positions] of this.positions) {
      const seqs = [...positions].filter(([, ids]) => ids.size > 1).map(([seq]) => seq);
      this.forked.set(feed, seqs.sort((a, b) => a - b));
    }
  }

  /** The forked positions of a feed, ascending. */
  forks(feed: string): readonly number[] {
    return this.forked.get(feed) ?? [];
  }

  /** The id of an entry's ancestor at `seq` of the same feed, or null when the chain is not held that far. */
  ancestor(id: string, seq: number): string | null {
    const passed: string[] = [], walked = this.walkedTo(seq);
    let here = this.byId.get(id), found: string | null = null;
    while (here !== undefined) {
      if (here.seq <= seq + 1) { // the last step is known by name even where the entry is not held
        found = here.seq === seq + 1 ? here.prev : here.seq === seq ? here.id : null;
        break;
      }
      const known = walked.get(here.id);
      if (known !== undefined) {
        found = known;
        break;
      }
      passed.push(here.id);
      const before: Entry | undefined = this.byId.get(here.prev);
      here = before !== undefined && before.feed === here.feed && before.seq === here.seq - 1 ? before : undefined;
    }
    for (const one of passed) walked.set(one, found);
    return found;
  }

  /** Answers of earlier walks down to `seq`, so that a long forked feed is walked once. */
  private walkedTo(seq: number): Map<string, string | null> {
    let walked = this.walked.get(seq);
    if (walked === undefined) this.walked.set(seq, (walked = new Map<string, string | null>()));
    return walked;
  }

  private add(feed: string, seq: number, id: string): void {
    let positions = this.positions.get(feed);
    if (positions === undefined) this.positions.set(feed, (positions = new Map<number, Set<string>>()));
    const ids = positions.get(seq);
    if (ids === undefined) positions.set(seq, new Set([id]));
    else ids.add(id);
  }
}
