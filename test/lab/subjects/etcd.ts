import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hostNamed } from "../../../scripts/stack/outputs.ts";
import { type Lab, wholeCluster } from "../support/lab.ts";

const CLIENTS = readFileSync(new URL("../support/etcd-clients.py", import.meta.url), "utf8");
const RESTARTS = 3;
const CLIENTS_RUN = "/run/etcd-clients";

/** What the members of etcd are to Patroni while they stop and start. */
export function etcdTests(lab: Lab): void {
  describe("a member of etcd that is restarted", () => {
    test("answers nothing that a leader takes for the loss of its lease", async () => {
      const { leader } = await wholeCluster(lab, 60);
      const started = await lab.sql(String(leader), "SELECT pg_postmaster_start_time()");
      const { address } = hostNamed(await lab.stack(), "db-2");
      const hosts = ["db-1", "db-2"];
      const clients = hosts.map((host) =>
        lab.on(host, `python3 - ${address} ${CLIENTS_RUN} 50 <<'PY'\n${CLIENTS}\nPY`),
      );
      const onBoth = (script: string) => Promise.all(hosts.map((host) => lab.on(host, script)));
      await onBoth(`until test -e ${CLIENTS_RUN}; do sleep 0.1; done`);
      for (let restart = 0; restart < RESTARTS; restart++) {
        const { code, stderr } = await lab.on("db-2", "systemctl restart etcd && sleep 0.5");
        expect(code, stderr).toBe(0);
      }
      await onBoth(`rm ${CLIENTS_RUN}`);
      for (const { stdout, stderr } of await Promise.all(clients)) {
        const kinds = Object.keys(JSON.parse(stdout));
        expect(kinds, stderr).toEqual(expect.arrayContaining(["granted", "nobody"]));
        expect(kinds.filter((kind) => !["granted", "nobody", "unavailable"].includes(kind))).toEqual([]);
      }
      // And its port is open again.
      expect((await lab.on("db-2", "nft list tables")).stdout).toBe("table inet holdfast\n");
      await wholeCluster(lab, 60);
      expect(await lab.sql(String(leader), "SELECT pg_postmaster_start_time()")).toBe(started);
    });
  });
}
