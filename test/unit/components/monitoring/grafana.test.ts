import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { DASHBOARDS } from "../../../../components/monitoring/dashboards/names.ts";
import { monitoringFiles } from "../../../../components/monitoring/files.ts";
import { dashboardsOf } from "../../../../components/monitoring/grafana/draw.ts";
import { grafanaFiles, grafanaSecrets } from "../../../../components/monitoring/grafana/files.ts";
import { identitiesOf } from "../../../../components/tls/identities.ts";
import { configOf } from "../../../support/configuration.ts";
import { firstHost, fixtureFile, fixtureFiles, fixturePlan, planOf } from "../../../support/fixtures.ts";

const plan = (grafana: object) => planOf({ platform: "local", monitoring: { grafana } });
const filesOf = (grafana: object) => grafanaFiles(plan(grafana), new Map());
const textOf = (grafana: object, path: string) =>
  filesOf(grafana).find((file) => file.path === path)?.content;

const INI = "/etc/grafana/grafana.ini";
const SOURCES = "/etc/apt/sources.list.d/grafana.sources";
const SCRIPT = "/usr/local/lib/holdfast/grafana.sh";

/** The sections of an ini file. */
function sectionsOf(text: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [, name] = /^\[(.+)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
    if (name !== undefined) section = sections[name] = {};
    if (key !== undefined) section[key] = value ?? "";
  }
  return sections;
}

describe("without its configuration", () => {
  const local = fixturePlan("local");

  test("there is no Grafana: no file, no certificate, no open port, no link", async () => {
    expect(await dashboardsOf(local)).toEqual(new Map());
    expect([...fixtureFiles("local").values()].flat().filter(({ path }) => /grafana/.test(path))).toEqual([]);
    const paths = identitiesOf(firstHost(local, "operations"), local.topology).map(({ path }) => path);
    expect(paths.filter((path) => /grafana/.test(path))).toEqual([]);
    expect(local.topology.flows.filter(({ port }) => port === 3000)).toEqual([]);
    expect(fixtureFile("local", "ops-1", "/etc/prometheus/rules.yml")).not.toContain("dashboard_url");
  });

  test("one that was there before stops", () => {
    const script = (name: "local" | "custom") =>
      fixtureFile(name, "ops-1", "/usr/local/lib/holdfast/monitoring.sh");
    expect(script("local")).toMatch(/^grafana=no$/m);
    expect(script("custom")).toMatch(/^grafana=yes$/m);
  });
});

describe("Grafana", () => {
  const custom = fixturePlan("custom");
  const ini = sectionsOf(fixtureFile("custom", "ops-1", INI));

  test("is reached by TLS alone, with a certificate of its host that only its user has the key of", () => {
    expect(ini["server"]).toMatchObject({
      protocol: "https",
      http_port: "3000",
      cert_file: "/etc/holdfast/grafana/tls/grafana.crt",
      cert_key: "/etc/holdfast/grafana/tls/grafana.key",
    });
    const host = firstHost(custom, "operations");
    expect(identitiesOf(host, custom.topology)).toContainEqual(
      expect.objectContaining({
        path: "/etc/holdfast/grafana/tls/grafana",
        owner: "grafana:grafana",
        commonName: host.fqdn,
      }),
    );
    for (const { name, role } of custom.topology.hosts) {
      const tls = fixtureFile("custom", name, "/usr/local/lib/holdfast/tls.sh");
      expect(tls.includes("/etc/holdfast/grafana/tls/grafana"), name).toBe(role === "operations");
    }
  });

  test("is open to administrators, on the operations host, and to nobody else", () => {
    expect(custom.topology.flows.filter(({ port }) => port === 3000)).toMatchObject([
      { from: "administrators", to: "operations" },
    ]);
    expect(fixtureFile("custom", "ops-1", "/etc/nftables.conf")).toContain("tcp dport 3000");
    expect(fixtureFile("custom", "db-1", "/etc/nftables.conf")).not.toContain("dport 3000");
  });

  test("lets nobody in without a password, and tells nobody outside of itself", () => {
    expect(ini).toMatchObject({
      "auth.anonymous": { enabled: "false" },
      users: { allow_sign_up: "false", allow_org_create: "false" },
      security: { allow_embedding: "false", cookie_secure: "true", disable_gravatar: "true" },
      analytics: {
        reporting_enabled: "false",
        check_for_updates: "false",
        check_for_plugin_updates: "false",
        feedback_links_enabled: "false",
      },
      news: { news_feed_enabled: "false" },
      snapshots: { external_enabled: "false" },
      plugins: {
        plugin_admin_enabled: "false",
        preinstall_disabled: "true",
        public_key_retrieval_disabled: "true",
      },
      metrics: { enabled: "false" },
    });
  });

  test("keeps its database on the data volume, and does not start without that", () => {
    expect(ini["database"]).toMatchObject({ type: "sqlite3", path: "/srv/data/grafana/grafana.db" });
    const unit = fixtureFile(
      "custom",
      "ops-1",
      "/etc/systemd/system/grafana-server.service.d/holdfast.conf",
    ).split("\n");
    expect(unit).toEqual(expect.arrayContaining(["AssertPathIsMountPoint=/srv/data", "Restart=always"]));
  });

  test("is among the units that are watched", () => {
    const exporter = fixtureFile(
      "custom",
      "ops-1",
      "/etc/systemd/system/prometheus-node-exporter.service.d/holdfast.conf",
    );
    expect(exporter).toContain("grafana-server");
  });

  test("has every dashboard, and opens with the first", async () => {
    const paths = (fixtureFiles("custom").get("ops-1") ?? []).map(({ path }) => path);
    const expected = DASHBOARDS.map((name) => `/etc/grafana/holdfast/holdfast-${name}.json`);
    expect(paths.filter((path) => path.startsWith("/etc/grafana/holdfast/"))).toEqual(expected);
    expect(ini["dashboards"]).toEqual({ default_home_dashboard_path: expected[0] });
    const wanted = /^dashboards='(.*)'$/m.exec(fixtureFile("custom", "ops-1", SCRIPT))?.[1];
    expect(wanted?.split(" ")).toEqual(DASHBOARDS.map((name) => `holdfast-${name}`));
  });

  test("shows the thresholds and the jobs of this cluster", () => {
    const replication = fixtureFile("custom", "ops-1", "/etc/grafana/holdfast/holdfast-replication.json");
    // monitoring.thresholds.replicationLagHighSeconds, which is 10 by default.
    expect(replication).toMatch(/"value": 20\b/);
    expect(fixtureFile("custom", "ops-1", "/etc/grafana/holdfast/holdfast-tasks.json")).toContain(
      "bucket-expiry",
    );
  });
});

describe("its address", () => {
  interface Rules {
    readonly groups: readonly { readonly rules: readonly { annotations: Record<string, string> }[] }[];
  }
  const links = (grafana: object) => {
    const rules = monitoringFiles(plan(grafana)).find(({ path }) => path === "/etc/prometheus/rules.yml");
    const { groups }: Rules = parse(rules?.content ?? "");
    return new Set(
      groups.flatMap((group) =>
        group.rules.map(({ annotations }) => annotations["dashboard_url"]?.replace(/\/d\/holdfast-\w+$/, "")),
      ),
    );
  };
  const root = (grafana: object) => sectionsOf(textOf(grafana, INI) ?? "")["server"]?.["root_url"];

  test("is what alerts link to, and what it calls itself: by default its host's name", () => {
    expect(links({})).toEqual(new Set(["https://ops-1.local.holdfast.internal:3000"]));
    expect(root({})).toBe("https://ops-1.local.holdfast.internal:3000/");
  });

  test("is the one of the configuration, with one slash at its end", () => {
    const grafana = { url: "https://example.com/grafana/" };
    expect(links(grafana)).toEqual(new Set(["https://example.com/grafana"]));
    expect(root(grafana)).toBe("https://example.com/grafana/");
  });
});

describe("its package", () => {
  test("comes from an archive of its own, signed with one key, which may give nothing else", () => {
    const archive = { url: "https://apt.example.com/mirror", suite: "beta", component: "extra" };
    expect(textOf({ archive }, SOURCES)).toBe(
      "# Managed by Holdfast.\nTypes: deb\nURIs: https://apt.example.com/mirror\nSuites: beta\nComponents: extra\nSigned-By: /etc/apt/keyrings/holdfast-grafana.gpg\n",
    );
    expect(textOf({ archive }, "/etc/apt/preferences.d/grafana")).toBe(
      '# Managed by Holdfast.\nPackage: *\nPin: origin "apt.example.com"\nPin-Priority: -1\n\nPackage: grafana\nPin: origin "apt.example.com"\nPin-Priority: 500\n',
    );
    const { keyFingerprint } = configOf({ monitoring: { grafana: {} } }).monitoring.grafana?.archive ?? {};
    expect(textOf({}, SCRIPT)).toContain(`\nkey_fingerprint=${keyFingerprint}\n`);
  });

  test("is the host's own where the configuration says so", () => {
    const paths = filesOf({ source: "host" }).map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith("/etc/apt"))).toEqual([]);
    expect(textOf({ source: "host" }, SCRIPT)).toMatch(/^sources=''$/m);
  });
});

describe("its secrets", () => {
  const SECRETS = { admin: "admin's", secretKey: "key for the database", prometheus: "Prometheus's" };
  const files = grafanaSecrets(SECRETS);

  test("are a file each, which its group reads and nobody else", () => {
    expect(files.map(({ content }) => content.trim()).sort()).toEqual(Object.values(SECRETS).sort());
    for (const { path, owner, mode } of files)
      expect([path, owner, mode]).toEqual([path, "root:grafana", "0640"]);
  });

  test("are named by their paths in the other files", () => {
    const others = filesOf({});
    for (const { path } of files) {
      expect(others.filter(({ content }) => content.includes(path)).length, path).toBeGreaterThan(0);
    }
    const { security } = sectionsOf(textOf({}, INI) ?? "");
    expect([security?.["admin_password"], security?.["secret_key"]]).toEqual([
      "$__file{/etc/holdfast/grafana/admin-password}",
      "$__file{/etc/holdfast/grafana/secret-key}",
    ]);
  });

  test("are not below the folder that each upgrade of the package opens to the group", () => {
    const { topology } = fixturePlan("custom");
    const identities = identitiesOf(firstHost(fixturePlan("custom"), "operations"), topology);
    const paths = [...files, ...identities].map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith("/etc/grafana/"))).toEqual([]);
  });
});
