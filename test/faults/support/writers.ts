import type { Acknowledgement } from "../../lab/support/ledger.ts";

/*
 * "Never two writers", exactly. A server that is cut off goes on believing that it is the primary until it notices,
 * and nothing in the world can tell it sooner: that alone harms nobody, so it is counted and shown, and it is no
 * failure. The harm would be a second history: commits acknowledged on an old timeline by a server that did not know
 * of the new one. So every member is asked to commit all the time, on its own host, past the proxies, and of the
 * acknowledgements it must hold that
 *   - none is given for a write that was begun after a newer timeline had acknowledged one,
 *   - each timeline is acknowledged by one server alone,
 *   - every row of theirs is on every member when the cluster is whole again (see ledger.ts).
 * An acknowledgement that was under way when its server was replaced, and arrives late, is none of these.
 */

/** What a member said of itself at one of the clock's ticks, of which there are five a second. */
export interface Claim {
  readonly member: string;
  readonly tick: number;
  /** Whether a transaction that began then could write. */
  readonly primary: boolean;
}

const TICKS_PER_SECOND = 5;

/** How long more than one member believed to be the primary, by who they were. */
export function secondsShared(claims: readonly Claim[]): ReadonlyMap<string, number> {
  const primaries = new Map<number, Set<string>>();
  for (const { member, tick, primary } of claims) {
    if (primary) primaries.set(tick, (primaries.get(tick) ?? new Set()).add(member));
  }
  const shared = new Map<string, number>();
  for (const members of primaries.values()) {
    if (members.size > 1) {
      const who = [...members].sort().join(" and ");
      shared.set(who, (shared.get(who) ?? 0) + 1);
    }
  }
  return new Map([...shared].map(([who, ticks]) => [who, ticks / TICKS_PER_SECOND]));
}

/** Acknowledgements that only a second writer can have given; none in a cluster that is sound. */
export function secondWriters(acknowledgements: readonly Acknowledgement[]): readonly string[] {
  const firstOf = new Map<number, Acknowledgement>();
  for (const each of acknowledgements) {
    const first = firstOf.get(each.timeline);
    if (first === undefined || each.acknowledged < first.acknowledged) firstOf.set(each.timeline, each);
  }
  return acknowledgements.flatMap((each) => {
    const newer = [...firstOf.values()].find(
      (first) => first.timeline > each.timeline && first.acknowledged < each.begun,
    );
    const owner = firstOf.get(each.timeline);
    return [
      ...(newer
        ? [
            `${each.server} acknowledged ${each.row} on timeline ${each.timeline}, ${each.begun - newer.acknowledged} ms after ${newer.server} had done so on timeline ${newer.timeline}`,
          ]
        : []),
      ...(owner && owner.server !== each.server
        ? [`both ${owner.server} and ${each.server} acknowledged rows on timeline ${each.timeline}`]
        : []),
    ];
  });
}
