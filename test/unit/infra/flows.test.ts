import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PORTS } from "../../../components/ports.ts";
import { applicationRoles } from "../../../components/postgres/application-roles.ts";
import { renderHba } from "../../../components/postgres/hba.ts";
import { flowTable } from "../../../infra/flows.ts";
import { labAddresses } from "../../../infra/local/addresses.ts";
import { planCluster } from "../../../infra/plan.ts";
import { stacks } from "../../support/arbitrary-config.ts";
import { configOf } from "../../support/configuration.ts";

const flows = flowTable(["app"], applicationRoles(configOf().databases, []));

test("who talks to whom", () => {
  const table = flows.map(({ from, to, name }) => `${from} -> ${to}:${portName(name)} ${name}`);
  expect(table).toMatchInlineSnapshot(`
    [
      "database -> database:etcdClient etcd-client",
      "database -> database:etcdPeer etcd-peer",
      "database -> database:patroniRest patroni-peer",
      "database -> database:postgres replication",
      "database -> database:postgres rewind",
      "proxy -> database:patroniRest health-check",
      "proxy -> database:postgres pool-authentication",
      "proxy -> database:postgres application",
      "proxy -> database:postgres backup",
      "proxy -> database:postgres wal-stream",
      "operations -> proxy:haproxyReader business-reader",
      "proxy -> database:postgres business-metrics",
      "database -> operations:ssh wal-archive",
      "operations -> proxy:haproxyWriter backup-writer",
      "operations -> database:patroniRest status",
      "operations -> database:etcdClient etcd-status",
      "operations -> database:postgres manifest",
      "operations -> database:nodeExporter database-machine",
      "operations -> proxy:nodeExporter proxy-machine",
      "operations -> database:postgresExporter server-metrics",
      "operations -> proxy:haproxyMetrics proxy-metrics",
      "operations -> proxy:pgbouncerExporterWriter writer-pool-metrics",
      "operations -> proxy:pgbouncerExporterReader reader-pool-metrics",
      "database -> operations:alertmanager database-events",
      "proxy -> operations:alertmanager proxy-events",
      "administrators -> operations:prometheus monitoring",
      "administrators -> operations:grafana dashboards",
      "administrators -> database:ssh ssh-database",
      "administrators -> proxy:ssh ssh-proxy",
      "administrators -> operations:ssh ssh-operations",
      "clients -> proxy:pgbouncerWriter pooled-writer",
      "clients -> proxy:pgbouncerReader pooled-reader",
      "clients -> proxy:haproxyWriter session-writer",
      "clients -> proxy:haproxyReader session-reader",
      "balancer -> proxy:haproxyHealth proxy-health",
      "clients -> proxy:haproxySyncReader session-sync-reader",
    ]
  `);
});

function portName(flow: string): string | undefined {
  const port = flows.find((each) => each.name === flow)?.port;
  return Object.entries(PORTS).find(([, number]) => number === port)?.[0];
}

test("a name stands for one flow", () => {
  expect(new Set(flows.map((flow) => flow.name)).size).toBe(flows.length);
});

test("no port stands for two services", () => {
  expect(new Set(Object.values(PORTS)).size).toBe(Object.values(PORTS).length);
});

test("every flow proves who it is, and all but SSH inside TLS; a balancer hears a yes or a no", () => {
  for (const flow of flows.filter((each) => each.from !== "balancer")) {
    expect(flow.authentication).toMatch(flow.port === PORTS.ssh ? /^SSH key, pinned host key$/ : /^TLS, /);
  }
});

test("administrators reach every host by SSH; besides them members hand over WAL files, and nobody else comes", () => {
  const ssh = flows.filter((flow) => flow.port === PORTS.ssh);
  expect(ssh.map(({ from, to }) => `${from} ${to}`).sort()).toEqual([
    "administrators database",
    "administrators operations",
    "administrators proxy",
    "database operations",
  ]);
});

test("etcd is for members and for the look at its health alone", () => {
  const etcd = flows.filter((flow) => flow.port === PORTS.etcdClient || flow.port === PORTS.etcdPeer);
  expect(etcd.map((flow) => `${flow.from} ${flow.name}`).sort()).toEqual([
    "database etcd-client",
    "database etcd-peer",
    "operations etcd-status",
  ]);
});

describe("of any accepted configuration", () => {
  const property = (check: (plan: ReturnType<typeof planCluster>) => void) =>
    fc.assert(
      fc.property(stacks, ({ name, config }) => check(planCluster(config, labAddresses(config, name)))),
    );

  test("every flow's port is a known one", () => {
    const known: readonly number[] = Object.values(PORTS);
    property(({ topology }) => {
      expect(topology.flows.filter((flow) => !known.includes(flow.port))).toEqual([]);
    });
  });

  test("a flow says who may log in just when it leads to PostgreSQL", () => {
    property(({ topology }) => {
      for (const flow of topology.flows) {
        const toPostgres = flow.to === "database" && flow.port === PORTS.postgres;
        expect([flow.name, flow.hba !== undefined]).toEqual([flow.name, toPostgres]);
      }
    });
  });

  test("applications reach just their databases, as just their roles", () => {
    property(({ topology, databases, roles }) => {
      expect(topology.flows.find((flow) => flow.name === "application")?.hba).toEqual({
        databases: databases.map((database) => database.name),
        users: roles.map((role) => role.name),
        method: "scram-sha-256",
      });
    });
  });

  test("pg_hba.conf can be printed, asks for TLS, and refuses the superuser over the network", () => {
    property(({ topology }) => {
      const lines = renderHba(topology);
      expect(lines.at(-1)).toBe("host all all all reject");
      for (const line of lines.slice(2, -1)) {
        const [type, , users, , method] = line.split(" ");
        expect(type).toBe("hostssl");
        expect(["cert", "scram-sha-256"]).toContain(method);
        expect(users?.split(",")).not.toContain("postgres");
        expect(users?.split(",")).not.toContain("all");
      }
    });
  });
});
