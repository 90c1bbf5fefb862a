import { describe, expect, test } from "vitest";
import { z } from "zod";
import { expressions } from "../../../components/monitoring/dashboards/expressions.ts";
import { ASKED_BY, EVENTS, MONITORING, MONITORING_TLS } from "../../../components/monitoring/names.ts";
import { queriesOf } from "../../../components/monitoring/queries.ts";
import { PORTS } from "../../../components/ports.ts";
import { COME_AND_GO } from "../../support/alerts/come-and-go.ts";
import { RULES } from "../../support/alerts/facts.ts";
import { parsePromql } from "../../support/alerts/promql.ts";
import { FACTS } from "../../support/dashboard-facts.ts";
import { eventually, type Lab } from "../support/lab.ts";
import { Prometheus } from "../support/prometheus.ts";

const listSchema = z.object({ firing: z.array(z.object({ labels: z.record(z.string(), z.string()) })) });

/** Of every daemon there is, on every host. */
const TARGETS = {
  node: ["db-1", "db-2", "db-3", "ops-1", "proxy-1", "proxy-2"],
  postgres: ["db-1", "db-2", "db-3"],
  patroni: ["db-1", "db-2", "db-3"],
  etcd: ["db-1", "db-2", "db-3"],
  haproxy: ["proxy-1", "proxy-2"],
  pgbouncer: ["proxy-1", "proxy-1", "proxy-2", "proxy-2"],
  prometheus: ["ops-1"],
  alertmanager: ["ops-1"],
};
/** There while it goes on. */
const MOMENTARY = new Set(["pg_blocked", "pg_vacuum"]);
/** Where nobody has done what these tell of, there is nothing to tell. */
const RARE = new Set(["pg_slot", "pg_replay", "pg_standby", "pg_standby_lag"]);

export function monitoringTests(lab: Lab): void {
  const prometheus = new Prometheus(lab);

  describe("what Prometheus collects", () => {
    test("is of every daemon on every host", async () => {
      await eventually("everybody answers", 60, async () => {
        const up = await prometheus.query("up");
        return up.every(({ value }) => value === 1) && up.length === Object.values(TARGETS).flat().length;
      });
      const up = await prometheus.query("up");
      for (const [job, instances] of Object.entries(TARGETS)) {
        const asked = up
          .filter(({ labels }) => labels["job"] === job)
          .map(({ labels }) => labels["instance"]);
        expect(asked.sort(), job).toEqual(instances);
      }
    });

    test("has all that is asked of a server, on each member", async () => {
      const least = new Map<string, number>(
        queriesOf(17).flatMap(({ name, values }) =>
          Object.keys(values).map((column) => [
            `count by (instance) (${name}_${column})`,
            MOMENTARY.has(name) ? 0 : RARE.has(name) ? 1 : 3,
          ]),
        ),
      );
      for (const [expression, count] of await prometheus.counts([...least.keys()]))
        expect(count, expression).toBeGreaterThanOrEqual(least.get(expression) ?? 0);
      expect(await prometheus.query("pg_exporter_last_scrape_error != 0")).toEqual([]);
    });

    test("is the truth about roles and lag", async () => {
      const leader = (await lab.status()).members.find(({ role }) => role === "leader")?.name;
      const leading = await prometheus.query("pg_state_in_recovery == 0");
      expect(leading.map(({ labels }) => labels["instance"])).toEqual([leader]);
      expect(await prometheus.query("sum(patroni_primary)")).toMatchObject([{ value: 1 }]);
      const lag = await prometheus.query('pg_standby_lag_bytes{stage="replay", standby=~"db-.*"}');
      expect(lag).toHaveLength(2);
    });

    test("has what is told less often: sizes, statements, tables, certificates, jobs", async () => {
      for (const metric of [
        ...[
          "pg_database_size_bytes",
          "pg_statements_calls_total",
          "holdfast_certificate_end_timestamp_seconds",
        ],
        ...[
          "holdfast_maintenance",
          "holdfast_job_success",
          "holdfast_bucket_reachable",
          "node_systemd_unit_state",
        ],
      ]) {
        expect(await prometheus.query(metric), metric).not.toEqual([]);
      }
      const jobs = await prometheus.query("holdfast_job_success");
      expect(jobs.map(({ labels }) => labels["job_name"])).toContain("barman-backup");
    });
  });

  test("bloat is estimated for every table, and measured of one", async () => {
    const psql = async (...words: readonly string[]) => {
      const { code, stdout, stderr } = await lab.holdfast("psql", ...words);
      expect(code, stderr).toBe(0);
      return stdout.trim();
    };
    const half =
      "CREATE TABLE bloated AS SELECT i, repeat('x', 200) AS filler FROM generate_series(1, 150000) AS i";
    await psql(
      "--",
      "-XAtqc",
      half,
      "-c",
      "DELETE FROM bloated WHERE i % 5 > 0",
      "-c",
      "VACUUM ANALYZE bloated",
    );
    const measured = "SELECT free_percent > 70 FROM holdfast.exact_bloat('bloated')";
    await eventually(
      "a standby has it",
      30,
      async () => (await psql("--reader", "--", "-XAtqc", measured)) === "t",
    );
    await lab.on("db-1", "systemctl start statistics-bloat");
    await eventually("Prometheus knows of it", 30, async () => {
      const [found] = await prometheus.query('holdfast_table_bloat_ratio{instance="db-1",table="bloated"}');
      return found !== undefined && found.value > 0.7 && found.value < 0.9;
    });
    await psql("--", "-XAtqc", "DROP TABLE bloated");
    await lab.on("db-1", "systemctl start statistics-bloat");
  });

  describe("every question that is asked", () => {
    test("by a panel of a dashboard has an answer, or a reason to have none", async () => {
      const all = expressions({ ...FACTS, cluster: lab.name });
      const counts = await prometheus.counts(all.map(({ expr }) => expr));
      const silent = all.filter(({ expr, mayBeEmpty }) => {
        const count = counts.get(expr);
        return typeof count === "string" || (count === 0 && mayBeEmpty === undefined);
      });
      expect(silent.map((each) => [each.dashboard, each.panel, each.expr, counts.get(each.expr)])).toEqual(
        [],
      );
    });

    test("by a rule is about series that there are", async () => {
      const metrics = RULES.flatMap(({ expr }) => parsePromql(expr).metrics);
      const asked = [...new Set(metrics)].filter((name) => COME_AND_GO[name] === undefined);
      const counts = await prometheus.counts(asked);
      expect(asked.filter((name) => counts.get(name) === 0)).toEqual([]);
      const rules = await prometheus.counts(RULES.map(({ expr }) => expr));
      expect([...rules].filter(([, count]) => typeof count === "string")).toEqual([]);
    });
  });

  describe("alerts", () => {
    test("are listed: none fires on a cluster that is whole, but for what has just happened", async () => {
      const { code, stdout, stderr } = await lab.alerts("list");
      expect(code, stderr).toBe(0);
      expect(stdout).not.toContain("DEAD MAN'S SWITCH");
      await eventually("what this lab went through is over", 180, async () => {
        const { firing } = listSchema.parse(JSON.parse((await lab.alerts("list", "--json")).stdout));
        const names = firing.map(({ labels }) => labels["alertname"] ?? "");
        const passing: readonly string[] = ["Watchdog", ...Object.values(EVENTS)];
        const left = names.filter((name) => !passing.includes(name));
        if (left.length > 0) throw new Error(left.join(", "));
        return true;
      });
    });

    test("are silenced by their names, of one host or of all, and heard again", async () => {
      const silent = async () => (await lab.alerts("list")).stdout.includes("silent until");
      await eventually("no operation keeps alerts back any more", 90, async () => !(await silent()));
      const slip = await lab.alerts("silence", "HostDwn", "--comment", "a repair");
      expect([slip.code, slip.stderr]).toEqual([
        1,
        expect.stringMatching(/there is no alert "HostDwn"[\s\S]*did you mean HostDown\?/),
      ]);
      const made = await lab.alerts(
        "silence",
        "HostDown",
        "--host",
        "db-2",
        "--for",
        "30m",
        "--comment",
        "a repair",
      );
      expect(made.stdout, made.stderr).toMatch(/^nobody is told of HostDown on db-2 until /);
      expect((await lab.alerts("list")).stdout).toMatch(/silent until .* UTC: .*HostDown.*\(.*: a repair\)/);
      expect((await lab.alerts("unsilence", "HostDown", "--host", "db-3")).code).toBe(1);
      const ended = await lab.alerts("unsilence", "HostDown");
      expect(ended.stdout, ended.stderr).toBe("people are told of HostDown again: one silence has ended");
      expect(await silent()).toBe(false);
    });

    test("that reach nobody are no test of a way out", async () => {
      const sent = await lab.alerts("test-notification");
      expect([sent.code, sent.stderr]).toEqual([
        1,
        expect.stringContaining("nobody is told of critical alerts"),
      ]);
    });
  });

  describe("who may look", () => {
    const answers = async (host: string, curl: string): Promise<string> => {
      const { stdout, stderr } = await lab.on(
        host,
        `curl --silent --show-error --max-time 5 --output /dev/null --write-out '%{http_code}' --cacert ${MONITORING.tls}/ca.crt ${curl}`,
      );
      return `${stdout} ${stderr}`.trim();
    };
    const by = (identity: string) => `--cert ${identity}.crt --key ${identity}.key`;

    test.each([
      ["db-1", ASKED_BY.database, PORTS.nodeExporter],
      ["db-1", ASKED_BY.database, PORTS.postgresExporter],
      ["proxy-1", ASKED_BY.proxy, PORTS.pgbouncerExporterWriter],
      ["proxy-1", ASKED_BY.proxy, PORTS.pgbouncerExporterReader],
      ["ops-1", ASKED_BY.operations, PORTS.alertmanager],
    ])("at %s by %s, port %s, and nobody without a certificate", async (host, identity, port) => {
      expect(await answers(host, `${by(identity)} https://${host}:${port}/metrics`)).toBe("200");
      expect(await answers(host, `https://${host}:${port}/metrics`)).toMatch(/^000 .*(alert|certificate)/);
    });

    test("an exporter's key opens nothing: neither etcd, nor Patroni, nor another exporter", async () => {
      for (const port of [PORTS.etcdClient, PORTS.patroniRest, PORTS.nodeExporter]) {
        const asked = (identity: string) => answers("db-1", `${by(identity)} https://db-1:${port}/metrics`);
        expect(await asked(ASKED_BY.database), String(port)).toBe("200");
        expect(await asked(MONITORING_TLS), String(port)).toMatch(/^000 .*(alert|certificate)/);
      }
    });

    test("at Prometheus: who has its password", async () => {
      expect(await answers("ops-1", "https://ops-1:9090/-/healthy")).toBe("401");
      expect(await prometheus.get("/-/healthy")).toContain("Healthy");
    });
  });

  test("exporters take less than 5 % of a processor and 120 MiB on a database host, the servers less than 400 MiB", async () => {
    const sum = async (expression: string) => (await prometheus.query(`sum(${expression})`))[0]?.value;
    const exporters = 'instance="db-1", job=~"node|postgres"';
    await eventually("it was asked ten times", 120, async () => {
      return (
        (await prometheus.query(`count_over_time(process_cpu_seconds_total{${exporters}}[5m]) < 10`))
          .length === 0
      );
    });
    const processors = await sum(`rate(process_cpu_seconds_total{${exporters}}[5m])`);
    const bytes = await sum(`process_resident_memory_bytes{${exporters}}`);
    const servers = await sum('process_resident_memory_bytes{job=~"prometheus|alertmanager"}');
    const mib = (each = Number.NaN) => Math.round(each / 2 ** 20);
    process.stderr.write(
      `· exporters: ${processors?.toFixed(3)} processors, ${mib(bytes)} MiB; servers: ${mib(servers)} MiB\n`,
    );
    expect(processors).toBeLessThan(0.05);
    expect(mib(bytes)).toBeLessThan(120);
    expect(mib(servers)).toBeLessThan(400);
  });
}
