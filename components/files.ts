import { archiveFiles, archiveKnownHosts, arrivalFiles, arrivalKeys } from "./barman/archive.ts";
import { barmanFiles, barmanSecrets } from "./barman/files.ts";
import type { ClusterPlan } from "./cluster.ts";
import { etcdFiles } from "./etcd/files.ts";
import { haproxyFiles } from "./haproxy/files.ts";
import { jobsFiles, notifyFile } from "./jobs/files.ts";
import { type HostPlan, type HostRole, hostsOf, operationsHost } from "./model.ts";
import { exporterFiles, monitoringFiles, monitoringSecrets } from "./monitoring/files.ts";
import { grafanaFiles, grafanaSecrets } from "./monitoring/grafana/files.ts";
import { osFiles } from "./os/files.ts";
import { dynamicFiles, patroniFiles } from "./patroni/files.ts";
import { pgbouncerFiles } from "./pgbouncer/files.ts";
import { passwordFiles, rolesFiles } from "./postgres/files.ts";
import type { ManagedFile } from "./remote/managed-file.ts";
import { reportFiles } from "./report/files.ts";
import { restoreFiles } from "./restore/files.ts";
import { tlsFiles, tlsScript } from "./tls/files.ts";
import { identitiesOf } from "./tls/identities.ts";

/**
 * Every file of every host, by the host's name: pure, and without the engine. Certificates and passwords are not
 * among them, since nobody knows those beforehand. The dashboards, which take a while to draw, are the caller's.
 */
export function clusterFiles(
  plan: ClusterPlan,
  options: { readonly container: boolean; readonly dashboards: ReadonlyMap<string, string> },
): ReadonlyMap<string, readonly ManagedFile[]> {
  const { hosts, cluster } = plan.topology;
  const members = hostsOf(hosts, "database");
  const byRole: Record<HostRole, (host: HostPlan) => readonly ManagedFile[]> = {
    database: (host) => [
      ...etcdFiles({ cluster, member: host, members, authorities: plan.tls.authorities }),
      ...patroniFiles(plan, host, members, options.container),
      ...(host === members[0] ? dynamicFiles(plan, members) : []),
      ...rolesFiles(plan),
      ...archiveFiles(plan, operationsHost(hosts)),
    ],
    proxy: (host) => [...haproxyFiles(plan, host, members), ...pgbouncerFiles(plan)],
    operations: () => [
      ...jobsFiles(),
      ...barmanFiles(plan),
      ...arrivalFiles(plan),
      ...restoreFiles(plan),
      ...reportFiles(plan),
      ...monitoringFiles(plan),
      ...grafanaFiles(plan, options.dashboards),
    ],
  };
  return new Map(
    hosts.map((host) => [
      host.name,
      [
        ...osFiles(plan, host, options.container),
        tlsScript({ host, hosts, identities: identitiesOf(host, plan.topology) }),
        ...byRole[host.role](host),
        ...exporterFiles(plan, host),
      ],
    ]),
  );
}

/** The paths that `clusterFiles` leaves out, by the host's name: keys made there, certificates, passwords. */
export function unknownFiles({
  topology,
  bucket,
}: Pick<ClusterPlan, "topology" | "bucket">): ReadonlyMap<string, readonly string[]> {
  return new Map(
    topology.hosts.map((host) => {
      const identities = identitiesOf(host, topology);
      const known = { host, hosts: topology.hosts, identities };
      const script = tlsScript(known).path;
      const files = [
        ...tlsFiles({ ...known, authorities: "", certificates: {} }).filter(({ path }) => path !== script),
        ...(host.role === "database" ? [...passwordFiles({}), ...archiveKnownHosts(host, "")] : []),
        ...(host.role === "operations"
          ? [
              ...arrivalKeys([]),
              ...notifyFile({ onSuccess: [] }, topology, host),
              ...monitoringSecrets({ onSuccess: [] }, ""),
              ...(topology.grafana ? grafanaSecrets({ admin: "", secretKey: "", prometheus: "" }) : []),
              ...barmanSecrets(
                bucket.endpoint === undefined ? undefined : { authority: "", accessKey: "", secretKey: "" },
              ),
            ]
          : []),
      ];
      return [
        host.name,
        [...files.map(({ path }) => path), ...identities.map((identity) => `${identity.path}.key`)].sort(),
      ];
    }),
  );
}
