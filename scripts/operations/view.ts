import { z } from "zod";

const memberSchema = z.object({
  name: z.string(),
  /** leader, quorum_standby, sync_standby or replica. */
  role: z.string(),
  /** running (a leader), streaming, starting, stopped, … */
  state: z.string(),
  timeline: z.int().optional(),
  /** Bytes behind the leader, or "unknown". */
  lag: z.union([z.number(), z.string()]).optional(),
});

/** What Patroni's GET /cluster tells. */
export const clusterViewSchema = z.object({
  members: z.array(memberSchema),
  /** Whether an operator paused Patroni: it then neither fails over nor restarts anything. */
  pause: z.boolean().optional(),
});
export type ClusterView = z.infer<typeof clusterViewSchema>;
export type MemberView = ClusterView["members"][number];

/** Until Patroni has named a standby so, a commit is acknowledged without it. */
const SYNCHRONOUS: readonly string[] = ["quorum_standby", "sync_standby"];

export const leaderOf = (view: ClusterView): MemberView | undefined =>
  view.members.find((member) => member.role === "leader" && member.state === "running");

export const standbysOf = (view: ClusterView): readonly MemberView[] =>
  view.members.filter((member) => member.role !== "leader");

/** Whether this standby has, or may lose only with the leader, every acknowledged commit. */
export function isReady(
  member: MemberView,
  view: ClusterView,
  durability: "strict" | "preferred" | "async",
): boolean {
  return (
    member.state === "streaming" &&
    member.timeline === leaderOf(view)?.timeline &&
    (durability === "async" || SYNCHRONOUS.includes(member.role))
  );
}

/**
 * Why this is not a whole cluster of these members: one leader and all others streaming on its timeline, as
 * synchronous standbys unless commits do not wait for any. Empty when it is.
 */
export function flaws(
  view: ClusterView,
  members: readonly string[],
  durability: "strict" | "preferred" | "async",
): string[] {
  const leader = leaderOf(view);
  return [
    ...(leader === undefined ? ["there is no running leader"] : []),
    ...members.flatMap((name) => {
      const member = view.members.find((each) => each.name === name);
      if (member === undefined) return [`${name} is not in the cluster`];
      if (member.role === "leader" || isReady(member, view, durability)) return [];
      return [`${name} is ${member.role}, ${member.state}, timeline ${member.timeline ?? "unknown"}`];
    }),
  ];
}
