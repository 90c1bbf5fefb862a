import * as pulumi from "@pulumi/pulumi";
import { Barman, type StoreAccess } from "./barman/barman.ts";
import type { BucketPlan } from "./barman/files.ts";
import type { BackupsConfig } from "./barman/schema.ts";
import { WalArchive } from "./barman/wal-archive.ts";
import { Etcd } from "./etcd/etcd.ts";
import { Haproxy } from "./haproxy/haproxy.ts";
import { Jobs } from "./jobs/jobs.ts";
import type { NotificationsConfig } from "./jobs/schema.ts";
import type { MaintenanceConfig } from "./maintenance/schema.ts";
import { type HostPlan, hostsOf, operationsHost, type Topology } from "./model.ts";
import { Exporters } from "./monitoring/exporters.ts";
import { Grafana } from "./monitoring/grafana/grafana.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import type { MonitoringConfig } from "./monitoring/schema.ts";
import { OperatingSystem } from "./os/os.ts";
import type { OsConfig } from "./os/schema.ts";
import { Patroni } from "./patroni/patroni.ts";
import type { Availability } from "./patroni/schema.ts";
import { Pgbouncer } from "./pgbouncer/pgbouncer.ts";
import type { PoolSettings } from "./pgbouncer/render.ts";
import type { ApplicationRole } from "./postgres/application-roles.ts";
import { wantedParameters } from "./postgres/changes.ts";
import { parametersInEffect } from "./postgres/in-effect.ts";
import { Roles } from "./postgres/roles.ts";
import type { AccessRule, Database, PostgresConfig } from "./postgres/schema.ts";
import type { Parameters } from "./postgres/sizing.ts";
import type { Host } from "./remote/host.ts";
import { Report } from "./report/report.ts";
import { Restore } from "./restore/restore.ts";
import type { TlsConfig } from "./tls/schema.ts";
import { Tls } from "./tls/tls.ts";

/** Everything decided before the first host: plain data, already valid. */
export interface ClusterPlan {
  readonly topology: Topology;
  readonly os: OsConfig;
  readonly tls: TlsConfig;
  readonly postgres: PostgresConfig;
  readonly availability: Availability;
  readonly databases: readonly Database[];
  readonly roles: readonly ApplicationRole[];
  readonly access: readonly AccessRule[];
  readonly pools: PoolSettings;
  readonly maintenance: MaintenanceConfig;
  readonly backups: BackupsConfig;
  readonly bucket: BucketPlan;
  /** With secrets in the clear. */
  readonly notifications: NotificationsConfig;
  readonly clusterParameters: Parameters;
  readonly monitoring: MonitoringConfig;
  readonly hostParameters: (host: HostPlan) => Parameters;
}

/**
 * A highly available PostgreSQL cluster on hosts that exist. What follows what: each host's base and certificates,
 * then etcd on all members, then PostgreSQL, then what is inside it; the proxies wait for nobody else's steps.
 */
export class Cluster extends pulumi.ComponentResource {
  readonly authorityCertificate: pulumi.Output<string>;
  readonly passwords: pulumi.Output<Readonly<Record<string, string>>>;
  /** Secret. */
  readonly monitoringPassword: pulumi.Output<string>;
  /** Secret; undefined where there is no Grafana. */
  readonly grafanaPassword: pulumi.Output<string> | undefined;

  constructor(
    name: string,
    plan: ClusterPlan,
    hosts: readonly Host[],
    store: pulumi.Output<StoreAccess> | undefined,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("holdfast:cluster:Cluster", name, {}, opts);
    const child = { parent: this };
    const { topology } = plan;
    const members = hostsOf(hosts, "database");
    const proxies = hostsOf(hosts, "proxy");

    const os = new OperatingSystem("os", { plan, hosts }, child);
    const afterOs = (host: Host) => os.ready(host);
    const tls = new Tls("tls", { hosts, topology, tls: plan.tls, after: afterOs }, child);
    const afterTls = (host: Host) => tls.ready(host);
    const etcd = new Etcd(
      "etcd",
      { cluster: topology.cluster, authorities: plan.tls.authorities, members, after: afterTls },
      child,
    );
    const archive = new WalArchive("wal-archive", { plan, hosts, after: afterTls }, child);
    const patroni = new Patroni(
      "patroni",
      { plan, members, after: [...etcd.steps, ...archive.steps], afterOnHost: afterTls },
      child,
    );
    const roles = new Roles("roles", { plan, members, after: patroni.steps }, child);
    const haproxy = new Haproxy("haproxy", { plan, proxies, members, after: afterTls }, child);
    const pgbouncer = new Pgbouncer("pgbouncer", { plan, proxies, after: afterTls }, child);
    const operations = operationsHost(hosts);
    const jobs = new Jobs("jobs", { plan, host: operations, after: afterOs(operations) }, child);
    const barman = new Barman(
      "barman",
      {
        plan,
        hosts,
        store,
        afterOnHost: afterTls,
        after: [...jobs.steps, ...roles.steps, ...haproxy.steps],
      },
      child,
    );
    const restore = new Restore("restore", { plan, host: operations, after: barman.steps }, child);
    new Report("report", { plan, host: operations, after: restore.steps }, child);
    const exporters = new Exporters(
      "exporters",
      {
        plan,
        hosts,
        after: (host) => [
          ...afterTls(host),
          ...(host.role === "database" ? roles.steps : host.role === "proxy" ? pgbouncer.steps : []),
        ],
      },
      child,
    );
    const monitoring = new Monitoring(
      "monitoring",
      { plan, host: operations, after: exporters.steps },
      child,
    );
    const grafana = topology.grafana
      ? new Grafana(
          "grafana",
          { plan, host: operations, prometheusPassword: monitoring.password, after: monitoring.steps },
          child,
        )
      : undefined;
    // After the proxies, which hold their clients while the primary moves.
    parametersInEffect(
      {
        cluster: topology.cluster,
        durability: plan.availability.durability,
        // Memory is the same on all members: hosts of one role have one size.
        parameters: wantedParameters(plan.postgres.version, {
          ...plan.clusterParameters,
          ...(members[0] ? plan.hostParameters(members[0]) : {}),
        }),
        maintenance: plan.maintenance,
        timeZone: plan.os.timeZone,
        hosts,
        after: [...roles.steps, ...haproxy.steps, ...pgbouncer.steps, ...barman.steps],
      },
      child,
    );
    this.authorityCertificate = tls.authorityCertificate;
    this.passwords = roles.passwords;
    this.monitoringPassword = monitoring.password;
    this.grafanaPassword = grafana?.password;
    this.registerOutputs({ authorityCertificate: this.authorityCertificate });
  }
}
