import fc from "fast-check";
import { SEGMENT_BYTES, segment } from "./catalogue.ts";

// What a cluster leaves in its bucket over the days, with failovers, recoveries to a moment in the past and backups that
// fail: made up here, and judged without a word of the program's own.

export interface StoredObject {
  readonly name: string;
  readonly modified: string;
}

export interface WholeBackup {
  readonly id: string;
  readonly ended: string;
  readonly timeline: number;
  readonly first: number;
  readonly last: number;
}

/** A timeline: which one it left, and in which segment. */
interface Fork {
  readonly parent: number;
  readonly at: number;
}

export interface Life {
  readonly backups: readonly WholeBackup[];
  readonly objects: readonly StoredObject[];
  readonly forks: readonly Fork[];
  readonly days: number;
  readonly redundancy: number;
  readonly now: string;
}

const BEGIN = Date.UTC(2026, 0, 1);
const MOST_SEGMENTS = 300;
const DAY = 86_400_000;
export const dayOf = (day: number, hours = 0): string =>
  new Date(BEGIN + day * DAY + hours * 3_600_000).toISOString();

const CHANGES = ["none", "none", "none", "failover", "recovery"] as const;
const KINDS = ["whole", "whole", "failed", "none"] as const;
const dayArbitrary = fc.record({
  segments: fc.integer({ min: 0, max: 4 }),
  backup: fc.constantFrom(...KINDS),
  change: fc.constantFrom(...CHANGES),
  back: fc.integer({ min: 1, max: 12 }),
});

export const lifeArbitrary: fc.Arbitrary<Life> = fc
  .record({
    events: fc.array(dayArbitrary, { minLength: 1, maxLength: 40 }),
    days: fc.integer({ min: 1, max: 12 }),
    redundancy: fc.integer({ min: 1, max: 4 }),
    later: fc.integer({ min: 0, max: 30 }),
  })
  .map(({ events, days, redundancy, later }) => {
    const backups: WholeBackup[] = [];
    const objects: StoredObject[] = [{ name: "../cluster.json", modified: dayOf(0) }];
    const forks: Fork[] = [];
    let [timeline, number] = [1, 1];
    const write = (day: number, hours: number) => objects.push(wal(timeline, number++, dayOf(day, hours)));
    for (const [day, { segments, backup, change, back }] of events.entries()) {
      if (change !== "none") {
        // A failover goes on in the segment where it was; a recovery goes back, and writes it anew on its own timeline.
        if (change === "recovery") number = Math.max(1, number - back);
        forks.push({ parent: ownerOf(forks, timeline, number), at: number });
        timeline = newestTimeline({ forks });
        objects.push({ name: `wals/${segment(timeline, 0).slice(0, 8)}.history`, modified: dayOf(day) });
      }
      for (let each = 0; each < segments; each++) write(day, 1);
      if (backup === "none") continue;
      const id = `day-${String(day).padStart(2, "0")}`;
      const first = number;
      write(day, 2);
      write(day, 3);
      const parts = ["data.tar.gz", "data_0001.tar.gz", ...(backup === "whole" ? ["backup.info"] : [])];
      objects.push(...parts.map((part) => ({ name: `base/${id}/${part}`, modified: dayOf(day, 4) })));
      objects.push({
        name: `${wal(timeline, first, "").name.replace(".zst", "")}.00000028.backup.zst`,
        modified: dayOf(day, 4),
      });
      if (backup === "whole") backups.push({ id, ended: dayOf(day, 3), timeline, first, last: first + 1 });
    }
    return { backups, objects, forks, days, redundancy, now: dayOf(events.length + later, 12) };
  });

export const wal = (timeline: number, number: number, modified: string): StoredObject => ({
  name: `wals/${segment(timeline, number).slice(0, 16)}/${segment(timeline, number)}.zst`,
  modified,
});

/** On which timeline this segment is, of those on the way to one. */
function ownerOf(forks: readonly Fork[], timeline: number, number: number): number {
  const fork = forks[timeline - 2];
  return fork === undefined || number >= fork.at ? timeline : ownerOf(forks, fork.parent, number);
}

/** From the first timeline to this one, with the segment in which each is left. */
function wayTo(life: Pick<Life, "forks">, timeline: number): { timeline: number; left: number }[] {
  const way = [{ timeline, left: Number.POSITIVE_INFINITY }];
  for (let fork = life.forks[timeline - 2]; fork !== undefined; fork = life.forks[fork.parent - 2])
    way.unshift({ timeline: fork.parent, left: fork.at });
  return way;
}

export const newestTimeline = (life: Pick<Life, "forks">): number => life.forks.length + 1;

/** Whether a restore of the backup comes to that timeline. */
export const leadsTo = (life: Pick<Life, "forks">, backup: WholeBackup, timeline: number): boolean =>
  wayTo(life, timeline).some((each) => each.timeline === backup.timeline && backup.last < each.left);

/** Every segment that a restore of the backup may ask for, on its way to any timeline. */
export function askedFor(life: Pick<Life, "forks">, backup: WholeBackup): Set<string> {
  const names = new Set<string>();
  for (let timeline = backup.timeline; timeline <= newestTimeline(life); timeline++) {
    if (!leadsTo(life, backup, timeline)) continue;
    for (const each of wayTo(life, timeline)) {
      for (let number = backup.first; number <= Math.min(each.left, MOST_SEGMENTS); number++) {
        if (each.timeline >= backup.timeline) names.add(wal(each.timeline, number, "").name);
      }
    }
  }
  return names;
}

export const inPython = ({ id, ended, timeline, first, last }: WholeBackup) => ({
  id,
  ended,
  timeline,
  begin_wal: segment(timeline, first),
  end_wal: segment(timeline, last),
  end_lsn: last * SEGMENT_BYTES + 256,
  segment_size: SEGMENT_BYTES,
});
