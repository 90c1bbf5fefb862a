import { type Cut, cut, healCut } from "../support/cut.ts";
import type { Fault, Scene } from "../support/fault.ts";

/** Packets get lost; everybody is alive. */

const ETCD_PORTS = [2379, 2380];

/** A cut at the leader. */
const leaderCut = (what: (scene: Scene) => Cut): Pick<Fault, "inject" | "heal"> => ({
  inject: (scene) => cut(scene.lab, scene.leader, what(scene)),
  heal: ({ lab, leader }) => healCut(lab, leader),
});

export const NETWORK_FAULTS: readonly Fault[] = [
  {
    name: "leader cut off from everybody",
    ...leaderCut(() => ({})),
    holdSeconds: 45,
    gapSeconds: 30,
    wholeSeconds: 60,
    notes:
      "The lease of ttl (20 s), then a vote that waits 2 s for the silent member. It notices by itself within retry_timeout, before the lease ends.",
  },
  {
    name: "leader cut off from etcd",
    ...leaderCut(() => ({ ports: ETCD_PORTS })),
    holdSeconds: 45,
    gapSeconds: 15,
    wholeSeconds: 60,
    notes:
      "Failsafe: the others' Patronis answer it, so it stays the primary, and they see that it is and do not vote. Proxies drop it for a moment when its answers are late.",
  },
  {
    name: "leader cut off from one standby",
    ...leaderCut(({ standbys: [first] }) => ({ from: [first] })),
    holdSeconds: 30,
    gapSeconds: 2,
    wholeSeconds: 60,
    notes: "Quorum commit takes the other standby's word.",
  },
  {
    name: "leader not heard by the other members",
    ...leaderCut(({ standbys }) => ({ from: standbys, onlyOutgoing: true })),
    holdSeconds: 45,
    gapSeconds: 30,
    wholeSeconds: 60,
    notes:
      "One direction: it hears them, and the proxies reach it all the time. Commits wait until it gives up or the lease ends.",
  },
  {
    name: "two members of etcd down",
    inject: async ({ lab, standbys }) => {
      await Promise.all(standbys.map((host) => lab.inside(host, "systemctl stop etcd")));
    },
    holdSeconds: 40,
    heal: async ({ lab, standbys }) => {
      await Promise.all(standbys.map((host) => lab.inside(host, "systemctl start etcd")));
    },
    gapSeconds: 15,
    wholeSeconds: 60,
    notes: "Failsafe, as above, and longer than ttl: without it, nobody would be the primary after 20 s.",
  },
];
