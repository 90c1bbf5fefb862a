import { describe, expect, test } from "vitest";
import { findDrift, type HostDrift, hasDrift, repairDrift } from "../../../scripts/stack/drift.ts";
import { eventually, type Lab } from "../support/lab.ts";

/** What people change on hosts by hand: found, shown, and put back. */
export function driftTests(lab: Lab): void {
  const differences = (drift: readonly HostDrift[]) =>
    drift.flatMap(({ host, differences: all }) => all.map(({ subject }) => `${host} ${subject}`));

  describe("drift", () => {
    test("is nothing on hosts that nobody touched, whatever their daemons wrote", async () => {
      const { code, stdout } = await lab.holdfast("drift");
      expect([code, stdout]).toEqual([0, "Nothing drifted: 6 hosts are as they were configured last."]);
      expect((await lab.holdfast("drift", "--json")).stdout).not.toContain("problem");
    });

    test("is every edit, with its lines but for a secret's, and put back by a repair without a restart", async () => {
      const haproxy = () => lab.on("proxy-1", "systemctl show haproxy --property MainPID");
      const { leader } = await lab.status();
      const before = await haproxy();
      await lab.on("proxy-1", "echo '# by hand' >>/etc/haproxy/haproxy.cfg");
      await lab.on("ops-1", "chmod 0777 /etc/nftables.conf; rm /etc/sysctl.d/60-holdfast.conf");
      await lab.on("db-2", "echo ' ' >>/etc/holdfast/secrets/passwords.json");
      const edited = await lab.on(
        "db-3",
        "patronictl -c /etc/patroni/config.yml edit-config --quiet --force --set loop_wait=3",
      );
      expect(edited.code, edited.stderr).toBe(0);

      const { code, stdout } = await lab.holdfast("drift");
      expect(code).toBe(3);
      expect(stdout).toMatch(
        /^proxy-1 {2}\/etc\/haproxy\/haproxy\.cfg {2}\(haproxy\): was changed\n[\s\S]*\n {2}\+# by hand\n/m,
      );
      expect(stdout).toMatch(
        /^ops-1 {2}\/etc\/nftables\.conf {2}\(os\): is root:root:0777 instead of root:root:0755$/m,
      );
      expect(stdout).toMatch(/^ops-1 {2}\/etc\/sysctl\.d\/60-holdfast\.conf {2}\(os\): is gone$/m);
      expect(stdout).toMatch(
        /^db-2 {2}\S+passwords\.json {2}\(roles\): has another content, which is secret\n\S/m,
      );
      expect(stdout).toMatch(
        /^db-1 {2}etcd:\S+\/config {2}\(patroni-dynamic\): was changed\n[\s\S]*\n {2}- {2}"loop_wait": 2,\n {2}\+ {2}"loop_wait": 3,\n/m,
      );
      for (const password of Object.values((await lab.stack()).passwords)) {
        expect(stdout).not.toContain(password);
      }

      const stack = await lab.stack();
      const found = await findDrift(stack);
      expect(differences(found)).toHaveLength(5);
      const reported: string[] = [];
      await repairDrift(stack, found, (line) => reported.push(line));
      expect(reported).toEqual([
        "ops-1: putting os back as configured",
        "db-1: putting patroni-dynamic back as configured",
        "db-2: putting roles back as configured",
        "proxy-1: putting haproxy back as configured",
      ]);
      expect(hasDrift(await findDrift(stack))).toBe(false);
      expect((await lab.holdfast("drift")).code).toBe(0);
      expect((await lab.on("proxy-1", "cat /etc/haproxy/haproxy.cfg")).stdout).not.toContain("by hand");
      expect(await haproxy()).toEqual(before);
      expect((await lab.status()).leader).toBe(leader);
      await eventually("Patroni has the configured loop_wait again", 30, async () => {
        const { stdout: used } = await lab.on("db-3", "patronictl -c /etc/patroni/config.yml show-config");
        return used.includes("loop_wait: 2");
      });
    });

    test("of all of etcd's members is put back one by one, and the cluster keeps its leader", async () => {
      const { leader, members } = await lab.status();
      const stack = await lab.stack();
      const started = "systemctl show etcd --property ActiveEnterTimestampMonotonic --value";
      const starts = () =>
        Promise.all(members.map(async ({ name }) => Number((await lab.on(name, started)).stdout)));
      const before = await starts();
      await Promise.all(members.map(({ name }) => lab.on(name, "echo '# by hand' >>/etc/etcd/etcd.yml")));
      await repairDrift(stack, await findDrift(stack), () => undefined);
      const after = await starts();
      // One machine's clock: each began after the one before it had ended its repair.
      expect(after).toEqual([...after].sort((a, b) => a - b));
      expect(Math.min(...after)).toBeGreaterThan(Math.max(...before));
      const status = await lab.status();
      expect(status.leader).toBe(leader);
      expect(status.members.map(({ etcd }) => etcd)).toEqual(["healthy", "healthy", "healthy"]);
    });

    test("is found on the other hosts while one is silent, which is named", async () => {
      await lab.on("proxy-1", "echo '# by hand' >>/etc/haproxy/haproxy.cfg");
      await lab.container("pause", "ops-1");
      try {
        const stack = await lab.stack();
        const found = await findDrift(stack);
        expect(differences(found)).toEqual(["proxy-1 /etc/haproxy/haproxy.cfg"]);
        expect(found.filter(({ problem }) => problem !== undefined).map(({ host }) => host)).toEqual([
          "ops-1",
        ]);
        await repairDrift(stack, found, () => undefined);
      } finally {
        await lab.container("unpause", "ops-1");
      }
      expect((await lab.holdfast("drift")).code).toBe(0);
    });
  });
}
