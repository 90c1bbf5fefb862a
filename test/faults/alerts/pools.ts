import type pg from "pg";
import { connect, ownerOf } from "../../../scripts/stack/endpoint.ts";
import type { Endpoint } from "../../../scripts/stack/outputs.ts";
import { type Drill, notice, page } from "./drill.ts";
import type { Scene } from "./scene.ts";
import { psqlOf, runs } from "./tools.ts";

/** A pool of the lab has sixteen. */
const MORE_THAN_A_POOL = 20;
/** Of DRILL_SETTINGS' pools.maxClients; the exporter is one, too. */
const ALMOST_ALL_CLIENTS = 46;
/** Of the 97 that are not reserved. */
const HALF_OF_ALL_SESSIONS = 50;

async function clients(scene: Scene, endpoint: Endpoint, count: number): Promise<readonly pg.Client[]> {
  const stack = await scene.lab.stack();
  const open: pg.Client[] = [];
  scene.atEnd(() => Promise.all(open.map((client) => client.end())));
  // One after the other: more at once are more than a pooler of one processor takes in five seconds.
  while (open.length < count) open.push(await connect(stack, endpoint, ownerOf(stack)));
  return open;
}

export const poolExhausted: Drill = {
  fault: `${MORE_THAN_A_POOL} readers that leave their transactions open`,
  alerts: [page("PoolExhausted")],
  inject: async (scene) => {
    const readers = await clients(scene, "reader", MORE_THAN_A_POOL);
    scene.begins();
    // The last of them are never answered.
    for (const reader of readers) void reader.query("BEGIN").catch(() => undefined);
  },
};

export const manyClients: Drill = {
  fault: `${ALMOST_ALL_CLIENTS} clients at one pooler`,
  alerts: [notice("PoolClientsNearLimit", 200)],
  inject: async (scene) => {
    await clients(scene, "writer", ALMOST_ALL_CLIENTS);
  },
};

export const manySessions: Drill = {
  fault: `${HALF_OF_ALL_SESSIONS} sessions at the primary, past the pools`,
  alerts: [notice("TooManyConnections", 200)],
  inject: async (scene) => {
    const psql = await psqlOf(scene);
    await runs(
      scene,
      scene.leader,
      "sessions",
      `for _ in {1..${HALF_OF_ALL_SESSIONS}}; do sleep infinity | ${psql} & done\nwait`,
    );
  },
};
