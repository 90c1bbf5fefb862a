import { BARMAN } from "../barman/names.ts";
import type { HostPlan, HostRole, Topology } from "../model.ts";
import { GRAFANA, GRAFANA_TLS } from "../monitoring/grafana/names.ts";
import { BUSINESS, MONITORING, MONITORING_TLS } from "../monitoring/names.ts";

/** A key pair that lives on one host, and what its certificate shall say. */
export interface Identity {
  /** Path without suffix: the key is PATH.key, the certificate PATH.crt. */
  readonly path: string;
  /** "user:group" of the key, which only its owner reads. */
  readonly owner: string;
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly addresses: readonly string[];
  /** What it is good for: to be connected to, to connect to others, or both. */
  readonly uses: readonly Use[];
}

export const USES = ["server", "client"] as const;
type Use = (typeof USES)[number];

type Names = Pick<Topology, "clientNames" | "clientAddresses" | "grafana">;

/**
 * The identities of a host. A service has one of its own, so that a stolen key opens one door; a role in PostgreSQL
 * that logs in by certificate (replicator, rewind, pooler) has one whose common name is the role's name.
 */
export function identitiesOf(host: HostPlan, names: Names): readonly Identity[] {
  const dnsNames = [host.fqdn, host.name, "localhost"];
  const addresses = [host.address, "127.0.0.1"];
  const service = (path: string, owner: string): Identity => ({
    path,
    owner,
    commonName: host.fqdn,
    dnsNames,
    addresses,
    uses: USES,
  });
  const serving = (identity: Identity): Identity => ({ ...identity, uses: ["server"] });
  const login = (path: string, owner: string, role: string): Identity => ({
    path,
    owner,
    commonName: role,
    dnsNames: [],
    addresses: [],
    uses: ["client"],
  });
  // What a client connects to: PgBouncer's certificate, and through HAProxy's plain TCP the server's own.
  const facing = (identity: Identity): Identity => ({
    ...identity,
    dnsNames: [...new Set([...dnsNames, ...names.clientNames])],
    addresses: [...new Set([...addresses, ...names.clientAddresses])],
  });
  const byRole: Record<HostRole, readonly Identity[]> = {
    database: [
      service("/etc/etcd/tls/etcd", "etcd:etcd"),
      facing(service("/etc/postgresql/tls/server", "postgres:postgres")),
      login("/etc/postgresql/tls/replicator", "postgres:postgres", "replicator"),
      login("/etc/postgresql/tls/rewind", "postgres:postgres", "rewind"),
    ],
    proxy: [
      facing(service("/etc/pgbouncer/tls/server", "postgres:postgres")),
      login("/etc/pgbouncer/tls/pooler", "postgres:postgres", "pooler"),
      service("/etc/haproxy/tls/haproxy", "haproxy:haproxy"),
    ],
    operations: [
      service("/etc/holdfast/tls/operations", "root:root"),
      login(`${BARMAN.tls}/${BARMAN.catalogue}`, "barman:barman", BARMAN.catalogue),
      login(`${BARMAN.tls}/${BARMAN.streaming}`, "barman:barman", BARMAN.streaming),
      login(`${BARMAN.tls}/${BARMAN.manifest}`, "barman:barman", BARMAN.manifest),
      login(BUSINESS.identity, `${MONITORING.user}:${MONITORING.user}`, BUSINESS.role),
      ...(names.grafana ? [serving(service(GRAFANA_TLS, `${GRAFANA.user}:${GRAFANA.user}`))] : []),
    ],
  };
  const monitoring = service(MONITORING_TLS, `${MONITORING.user}:${MONITORING.user}`);
  return [
    ...byRole[host.role],
    // Exporters are asked and ask nobody: by a key of theirs nobody gets into etcd, or gives Patroni orders.
    host.role === "operations" ? monitoring : serving(monitoring),
  ];
}

/** The folder of an identity, which also holds ca.crt. */
export const folderOf = (identity: Identity): string =>
  identity.path.slice(0, identity.path.lastIndexOf("/"));
