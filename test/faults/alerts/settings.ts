import { EVERY_WAY } from "../../lab/support/alert-sink.ts";
import { containerOf, type Lab } from "../../lab/support/lab.ts";
import { makeSmallDisk } from "../../lab/support/small-disk.ts";

/** Beside what is quick, alerts need thresholds that a lab comes to, and a healthy one stays away from. */
export const DRILL_SETTINGS = {
  availability: { durability: "strict", rto: "fast" },
  notifications: EVERY_WAY,
  pools: { maxClients: 50 },
  postgres: {
    settings: {
      max_slot_wal_keep_size: "256MB",
      // A checkpoint that comes in between takes a slot's WAL away, and nothing is retained for it any more.
      max_wal_size: "2GB",
      checkpoint_timeout: "1h",
    },
  },
  monitoring: {
    business: [
      {
        name: "databases",
        help: "How many databases there are.",
        database: "app",
        sql: "SELECT count(*) AS value FROM pg_database",
        everySeconds: 15,
      },
    ],
    thresholds: {
      archiveWaitingFiles: 1,
      connectionsPercent: 45,
      deadlocksPerHour: 2,
      etcdDatabasePercent: 2,
      lockWaitSeconds: 10,
      // So late that the other one is told before.
      replicationLagCriticalSeconds: 300,
      replicationLagHighSeconds: 5,
      slotRetainedPercent: 5,
      transactionSeconds: 60,
      uploadWaitSeconds: 30,
      xminAgeTransactions: 10_000,
    },
  },
};

const DISKS = { "db-1": "4g", "db-2": "4g", "db-3": "4g", "ops-1": "10g" };

/** So small that they can be filled, and that some WAL is a part of them. */
export async function makeDrillDisks(lab: Lab): Promise<void> {
  for (const [host, size] of Object.entries(DISKS)) await makeSmallDisk(containerOf(lab.name, host), size);
}
