import { describe, expect, test } from "vitest";
import { listed, podman } from "../../scripts/stack/containers.ts";
import { eventually, type Lab, wholeCluster } from "../lab/support/lab.ts";

const MEMBERS = ["db-1", "db-2", "db-3"];
const ACTIVATE = "/usr/local/lib/holdfast/agent activate etcd";
const ETCDCTL =
  "etcdctl --cacert /etc/etcd/tls/ca.crt --cert /etc/etcd/tls/etcd.crt --key /etc/etcd/tls/etcd.key --endpoints https://127.0.0.1:2379";

/** Hosts that lost their data: the others have it all, and take them in again without noticing. */
export function lostVolumeTests(lab: Lab): void {
  const container = (host: string) => `holdfast-${lab.name}-${host}`;
  const standbys = async () => {
    const { leader, members } = await wholeCluster(lab, 60);
    return { leader, names: members.map((member) => member.name).filter((name) => name !== leader) };
  };
  /** What a restart of anything would change. */
  const untouched = async (hosts: readonly string[]) =>
    Promise.all(
      hosts.map(async (host) => [
        await listed("ps", "--filter", `name=${container(host)}$`, "--format", "{{.ID}}"),
        await lab.sql(host, "SELECT pg_postmaster_start_time()"),
        (await lab.on(host, "systemctl show etcd patroni --property MainPID")).stdout,
      ]),
    );
  const identity = async (host: string) =>
    (await lab.on(host, `${ETCDCTL} endpoint status`)).stdout.split(", ")[1];
  const etcdMembers = async (host: string) =>
    (await lab.on(host, `${ETCDCTL} member list | cut -d, -f2,3 | tr -d ' '`)).stdout
      .trim()
      .split("\n")
      .sort();

  describe("a lost volume", () => {
    test("of a host that was destroyed with it: the host joins again, and nothing else is touched", async () => {
      const { leader, names } = await standbys();
      const [lost = "", other = ""] = names;
      await lab.sql(String(leader), "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS row");
      const before = await untouched([String(leader), other]);
      const old = await identity(lost);
      await podman(["rm", "--force", "--volumes", "--time", "0", container(lost)]);
      await podman(["volume", "rm", container(lost)]);

      const urn = `$(pulumi stack --show-urns | grep -o 'urn:.*::${lost}-host')`;
      const up = await lab.activated(`pulumi up --yes --skip-preview --suppress-outputs --replace "${urn}"`);
      expect(up.code, up.stdout).toBe(0);
      lab.forget();
      const status = await wholeCluster(lab, 120);
      expect(status.leader).toBe(leader);
      expect(await untouched([String(leader), other])).toEqual(before);
      expect(await etcdMembers(lost)).toEqual(MEMBERS.map((name) => `started,${name}`));
      expect(await identity(lost)).not.toBe(old);
      expect(await lab.sql(lost, "SELECT count(*) FROM kept; SELECT pg_is_in_recovery()")).toBe("1000\nt");
      await lab.sql(String(leader), "DROP TABLE kept");
      expect((await lab.holdfast("up")).stdout).toContain("Nothing changes");
    });

    test("is given up only by a majority of the others, and only when the volume is there", async () => {
      const { leader, names } = await standbys();
      const [lost = "", other = ""] = names;
      const [unmounted, started] = [await lab.on(lost, `umount --lazy /srv/data; ${ACTIVATE}`), Date.now()];
      expect(unmounted.stderr).toMatch(
        /host \S+, step etcd: the data volume is not mounted at \/srv\/data\nnext: /,
      );
      // Its daemons still have it open; a host that starts again has it mounted again.
      await lab.container("stop", lost);
      await lab.container("start", lost);
      await wholeCluster(lab, 60);
      const old = await identity(lost);

      await lab.on(other, "systemctl stop etcd");
      await lab.on(lost, "systemctl stop etcd; rm -rf /srv/data/etcd/member");
      const refused = await lab.on(lost, ACTIVATE);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        /etcd's data on this host is lost, and the other members have no majority/,
      );
      expect(refused.stderr).toMatch(/\nnext: bring another database host back first/);

      await lab.on(other, "systemctl start etcd");
      await eventually("the majority is back", 30, async () => (await etcdMembers(other)).length === 3);
      const joined = await lab.on(lost, ACTIVATE, 150);
      expect(joined.code, joined.stderr).toBe(0);
      expect(joined.stdout).toContain(`etcd's data on ${lost} is lost`);
      expect(await identity(lost)).not.toBe(old);
      const again = await identity(lost);
      // With its data there, nothing is given up any more.
      expect((await lab.on(lost, ACTIVATE)).stdout).toBe("");
      expect(await identity(lost)).toBe(again);
      expect((await wholeCluster(lab, 60)).leader).toBe(leader);
      process.stderr.write(`· lost etcd data, refused and taken in again: ${Date.now() - started} ms\n`);
    });
  });
}
