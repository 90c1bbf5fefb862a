import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { hostsOf } from "../../../../components/model.ts";
import { targetsOf } from "../../../../components/monitoring/scrape.ts";
import { fixtureFile, fixturePlan } from "../../../support/fixtures.ts";

interface Scraped {
  readonly job_name: string;
  readonly scheme: string;
  readonly tls_config: Readonly<Record<string, string>>;
  readonly static_configs: readonly { targets: string[]; labels: Record<string, string> }[];
  readonly basic_auth?: Readonly<Record<string, string>>;
}

describe.each(["local", "custom"] as const)("what Prometheus asks in the fixture %s", (fixture) => {
  const { topology } = fixturePlan(fixture);
  const config: {
    global: { scrape_interval: string; scrape_timeout: string; external_labels: Record<string, string> };
    rule_files: string[];
    alerting: { alertmanagers: Pick<Scraped, "scheme" | "static_configs">[] };
    scrape_configs: Scraped[];
  } = parse(fixtureFile(fixture, "ops-1", "/etc/prometheus/prometheus.yml"));
  const all = config.scrape_configs.flatMap(({ job_name, static_configs }) =>
    static_configs.map(({ targets, labels }) => ({ job: job_name, target: targets.join(), labels })),
  );

  test("is every host's machine, and every daemon on it", () => {
    const of = (job: string) =>
      all.filter((each) => each.job === job).map(({ labels }) => labels["instance"]);
    const names = (role: "database" | "proxy") => hostsOf(topology.hosts, role).map(({ name }) => name);
    expect(of("node")).toEqual(topology.hosts.map(({ name }) => name));
    for (const job of ["postgres", "patroni", "etcd"]) expect(of(job), job).toEqual(names("database"));
    expect(of("haproxy")).toEqual(names("proxy"));
    expect(of("pgbouncer")).toEqual([...names("proxy"), ...names("proxy")]);
    expect([of("prometheus"), of("alertmanager")]).toEqual([["ops-1"], ["ops-1"]]);
  });

  test("is asked at a port that the flow table opens to the operations host, or on that host itself", () => {
    for (const { target, labels } of all) {
      const port = Number(target.split(":")[1]);
      const open = topology.flows.some(
        (flow) => flow.from === "operations" && flow.to === labels["role"] && flow.port === port,
      );
      expect(open || labels["role"] === "operations", target).toBe(true);
    }
  });

  test("is asked by TLS that is verified, and of Prometheus itself with a password from a file", () => {
    for (const { job_name, scheme, tls_config, basic_auth } of config.scrape_configs) {
      expect(scheme, job_name).toBe("https");
      expect(tls_config["ca_file"], job_name).toBe("/etc/prometheus/tls/ca.crt");
      expect(JSON.stringify(tls_config), job_name).not.toContain("insecure");
      expect(basic_auth?.["password_file"], job_name).toBe(
        job_name === "prometheus" ? "/etc/prometheus/secrets/web-password" : undefined,
      );
    }
  });

  test("is asked so often that two answers that do not come are noticed within ten seconds", () => {
    expect([config.global.scrape_interval, config.global.scrape_timeout]).toEqual(["5s", "3s"]);
  });

  test("is what the rules for missing targets expect, each once", () => {
    const keys = targetsOf(topology).map(({ job, instance, pooler }) => `${job} ${instance} ${pooler}`);
    expect([...keys].sort()).toEqual(
      all.map(({ job, labels }) => `${job} ${labels["instance"]} ${labels["pooler"]}`).sort(),
    );
  });
});
