import type { ClusterPlan } from "./cluster.ts";
import { etcdFiles } from "./etcd/files.ts";
import { haproxyFiles } from "./haproxy/files.ts";
import { type HostPlan, type HostRole, hostsOf } from "./model.ts";
import { osFiles } from "./os/files.ts";
import { dynamicFiles, patroniFiles } from "./patroni/files.ts";
import { pgbouncerFiles } from "./pgbouncer/files.ts";
import { rolesFiles } from "./postgres/files.ts";
import type { ManagedFile } from "./remote/managed-file.ts";

/**
 * Every file of every host, by the host's name: pure, and without the engine. Certificates and passwords are not
 * among them, since nobody knows those beforehand.
 */
export function clusterFiles(
  plan: ClusterPlan,
  options: { readonly container: boolean },
): ReadonlyMap<string, readonly ManagedFile[]> {
  const { hosts, cluster } = plan.topology;
  const members = hostsOf(hosts, "database");
  const byRole: Record<HostRole, (host: HostPlan) => readonly ManagedFile[]> = {
    database: (host) => [
      ...etcdFiles({ cluster, member: host, members, authorities: plan.tls.authorities }),
      ...patroniFiles(plan, host, members, options.container),
      ...(host === members[0] ? dynamicFiles(plan, members) : []),
      ...rolesFiles(plan),
    ],
    proxy: (host) => [...haproxyFiles(plan, host, members), ...pgbouncerFiles(plan)],
    operations: () => [],
  };
  return new Map(
    hosts.map((host) => [host.name, [...osFiles(plan, host, options.container), ...byRole[host.role](host)]]),
  );
}
