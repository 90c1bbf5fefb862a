import { readFileSync } from "node:fs";
import { type HostPlan, type HostRole, hostsOf } from "../model.ts";
import { GRAFANA, GRAFANA_TLS } from "../monitoring/grafana/names.ts";
import { MONITORING_TLS } from "../monitoring/names.ts";
import { scriptPath } from "../paths.ts";
import { PORTS } from "../ports.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { folderOf, type Identity } from "./identities.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

/** Units that keep their certificates until they are told to read them again; etcd reads them on every handshake. */
const RELOAD: Record<HostRole, readonly string[]> = {
  database: ["patroni"],
  proxy: ["haproxy", "pgbouncer@writer", "pgbouncer@reader"],
  operations: [],
};

const hasGrafana = (identities: readonly Identity[]): boolean =>
  identities.some(({ path }) => path === GRAFANA_TLS);

const reloadedOn = (host: HostPlan, identities: readonly Identity[]): readonly string[] => [
  ...RELOAD[host.role],
  // It knows no reload, and starts again.
  ...(hasGrafana(identities) ? [GRAFANA.unit] : []),
];

type Protocol = "tls" | "postgres";

/** A port behind which a unit shows the certificate of a path; loopback where it listens there. */
interface Served {
  readonly unit: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly path: string;
}

function servedBy(host: HostPlan, identities: readonly Identity[]): readonly Served[] {
  const served = (
    unit: string,
    port: number,
    path: string,
    protocol: Protocol = "tls",
    address = "127.0.0.1",
  ): Served => ({ unit, address, port, protocol, path });
  const exporter = (unit: string, port: number) => served(unit, port, MONITORING_TLS, "tls", host.address);
  const byRole: Record<HostRole, readonly Served[]> = {
    database: [
      served("etcd", PORTS.etcdClient, "/etc/etcd/tls/etcd"),
      served("patroni", PORTS.patroniRest, "/etc/postgresql/tls/server", "tls", host.address),
      served("patroni", PORTS.postgres, "/etc/postgresql/tls/server", "postgres"),
      exporter("prometheus-postgres-exporter", PORTS.postgresExporter),
    ],
    proxy: [
      served("pgbouncer@writer", PORTS.pgbouncerWriter, "/etc/pgbouncer/tls/server", "postgres"),
      served("pgbouncer@reader", PORTS.pgbouncerReader, "/etc/pgbouncer/tls/server", "postgres"),
      served("haproxy", PORTS.haproxyMetrics, "/etc/haproxy/tls/haproxy", "tls", host.address),
      exporter("pgbouncer-exporter-writer", PORTS.pgbouncerExporterWriter),
      exporter("pgbouncer-exporter-reader", PORTS.pgbouncerExporterReader),
    ],
    operations: [
      exporter("prometheus", PORTS.prometheus),
      exporter("prometheus-alertmanager", PORTS.alertmanager),
      ...(hasGrafana(identities) ? [served(GRAFANA.unit, PORTS.grafana, GRAFANA_TLS)] : []),
    ],
  };
  return [...byRole[host.role], exporter("prometheus-node-exporter", PORTS.nodeExporter)];
}

/** By which identity a host comes to a member, on which port. */
const COMES_TO_MEMBERS: Record<HostRole, readonly (readonly [path: string, port: number, Protocol])[]> = {
  database: [
    ["/etc/etcd/tls/etcd", PORTS.etcdClient, "tls"],
    ["/etc/postgresql/tls/server", PORTS.patroniRest, "tls"],
    ["/etc/postgresql/tls/replicator", PORTS.postgres, "postgres"],
  ],
  proxy: [
    ["/etc/haproxy/tls/haproxy", PORTS.patroniRest, "tls"],
    ["/etc/pgbouncer/tls/pooler", PORTS.postgres, "postgres"],
  ],
  operations: [["/etc/holdfast/tls/operations", PORTS.patroniRest, "tls"]],
};

export interface TlsFiles {
  readonly host: HostPlan;
  /** All hosts of the cluster. */
  readonly hosts: readonly HostPlan[];
  readonly identities: readonly Identity[];
  /** The certificates (PEM) of every authority that is trusted. */
  readonly authorities: string;
  /** PEM by the path of the identity. */
  readonly certificates: Readonly<Record<string, string>>;
}

/** Every file that this component owns on a host: pure. The keys are not among them. */
export function tlsFiles(files: TlsFiles): readonly ManagedFile[] {
  const { identities } = files;
  const owners = new Map(identities.map((identity) => [folderOf(identity), identity.owner]));
  return [
    ...identities.map((identity) => ({
      path: `${identity.path}.crt`,
      owner: identity.owner,
      mode: "0644",
      content: files.certificates[identity.path] ?? "",
    })),
    ...[...owners].map(([folder, owner]) => ({
      path: `${folder}/ca.crt`,
      owner,
      mode: "0644",
      content: files.authorities,
    })),
    tlsScript(files),
  ];
}

/** What is known of these files before there is a certificate: pure. */
export function tlsScript({
  host,
  hosts,
  identities,
}: Pick<TlsFiles, "host" | "hosts" | "identities">): ManagedFile {
  const peers = hostsOf(hosts, "database").filter((member) => member.name !== host.name);
  const variables = {
    identities: identities.map((identity) => identity.path).join(" "),
    reload: reloadedOn(host, identities).join(" "),
    serves: servedBy(host, identities)
      .map(({ unit, address, port, protocol, path }) => `${unit},${address}:${port},${protocol},${path}`)
      .join(" "),
    peers: peers
      .flatMap(({ name, address }) =>
        COMES_TO_MEMBERS[host.role].map(
          ([path, port, protocol]) => `${name},${address}:${port},${protocol},${path}`,
        ),
      )
      .join(" "),
  };
  return {
    path: scriptPath("tls"),
    owner: "root:root",
    mode: "0644",
    content: withVariables(variables, ACTIVATE),
  };
}
