import { ARCHIVE_KEY } from "../../../components/barman/names.ts";
import type { BackupSite } from "../../lab/support/backup-site.ts";
import type { Lab } from "../../lab/support/lab.ts";
import { cut, healCut } from "../support/cut.ts";
import type { Drill } from "./drill.ts";

/** Scraped every 5 s, two scrapes that fail, looked at every 2 s, and told at once. */
const AT_ONCE = 20;

async function roles(lab: Lab): Promise<{ leader: string; standbys: readonly [string, string] }> {
  const { leader, members } = await lab.status();
  const [first, second] = members.map(({ name }) => name).filter((name) => name !== leader);
  if (leader === null || first === undefined || second === undefined)
    throw new Error("the cluster is not whole");
  return { leader, standbys: [first, second] };
}

async function run(lab: Lab, host: string, script: string): Promise<void> {
  const { code, stderr } = await lab.on(host, `set -e\n${script}`, 120);
  if (code !== 0) throw new Error(`${host}: ${stderr}`);
}

/** Units that stop on hosts, and start again in the other order. */
const stopped =
  (unit: string, hosts: (lab: Lab) => Promise<readonly string[]>): Drill["inject"] =>
  async (lab) => {
    const chosen = await hosts(lab);
    await Promise.all(chosen.map((host) => run(lab, host, `systemctl stop ${unit}`)));
    return async () => {
      await Promise.all(chosen.map((host) => run(lab, host, `systemctl start ${unit}`)));
    };
  };

/** Every fault of a page that a lab can be given, by the alert that it is for. */
export const drillsOf = (site: BackupSite): readonly Drill[] => [
  {
    alert: "HostDown",
    fault: "a proxy's host killed",
    severity: "critical",
    seconds: AT_ONCE,
    inject: async (lab) => {
      await lab.container("kill", "proxy-2");
      return () => lab.container("start", "proxy-2");
    },
  },
  {
    alert: "PostgreSQLDown",
    fault: "a standby stopped",
    severity: "critical",
    seconds: AT_ONCE,
    inject: stopped("patroni", async (lab) => (await roles(lab)).standbys.slice(0, 1)),
  },
  {
    alert: "EtcdNoQuorum",
    fault: "two members of etcd stopped",
    severity: "critical",
    seconds: AT_ONCE,
    inject: stopped("etcd", async (lab) => (await roles(lab)).standbys),
  },
  {
    alert: "WriterEndpointDown",
    fault: "HAProxy stopped on both proxies",
    severity: "critical",
    seconds: AT_ONCE,
    inject: stopped("haproxy", async () => ["proxy-1", "proxy-2"]),
  },
  {
    alert: "ReplicationBroken",
    fault: "a standby that does not reach the primary's server",
    severity: "critical",
    seconds: AT_ONCE,
    inject: async (lab) => {
      const { leader, standbys } = await roles(lab);
      await cut(lab, standbys[0], { from: [leader], ports: [5432] });
      return () => healCut(lab, standbys[0]);
    },
  },
  {
    alert: "NoLeader",
    fault: "the primary's host killed",
    severity: "critical",
    seconds: AT_ONCE,
    inject: async (lab) => {
      const { leader } = await roles(lab);
      await lab.container("kill", leader);
      return () => lab.container("start", leader);
    },
  },
  {
    alert: "NoSynchronousStandby",
    fault: "both standbys stopped",
    severity: "critical",
    seconds: AT_ONCE,
    inject: stopped("patroni", async (lab) => (await roles(lab)).standbys),
  },
  {
    alert: "ArchivingFailing",
    fault: "the key for the archive gone",
    severity: "critical",
    // It has to fail for as long as a file may take.
    seconds: 180,
    inject: async (lab) => {
      const { leader } = await roles(lab);
      await run(lab, leader, `mv ${ARCHIVE_KEY} ${ARCHIVE_KEY}.drill`);
      await lab.sql(leader, "SELECT pg_logical_emit_message(false, 'drill', 'x'); SELECT pg_switch_wal()");
      return () => run(lab, leader, `mv ${ARCHIVE_KEY}.drill ${ARCHIVE_KEY}`);
    },
  },
  {
    alert: "BucketUnreachable",
    fault: "the bucket that hangs",
    severity: "high",
    seconds: 420,
    inject: async () => {
      await site.inStore("systemctl kill --signal STOP object-store");
      return async () => {
        await site.inStore("systemctl kill --signal CONT object-store");
      };
    },
  },
];
