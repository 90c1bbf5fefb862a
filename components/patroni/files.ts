import { readFileSync } from "node:fs";
import { BARMAN } from "../barman/names.ts";
import type { BackupsConfig } from "../barman/schema.ts";
import { etcdctlOptions } from "../etcd/render.ts";
import { type HostPlan, operationsHost, type Topology } from "../model.ts";
import { AGENT_FOLDER, DATA_ROOT, scriptPath } from "../paths.ts";
import { renderHba } from "../postgres/hba.ts";
import type { PostgresConfig } from "../postgres/schema.ts";
import type { Parameters } from "../postgres/sizing.ts";
import { type ManagedFile, program } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { dynamicConfiguration } from "./dynamic.ts";
import { BEFORE_RECOVERY, EXCHANGE_DATA } from "./names.ts";
import { binaries, dataDirectory, NAMESPACE, POSTGRES_TLS, renderPatroni, unitDropIn } from "./render.ts";
import type { Availability } from "./schema.ts";
import { timingsOf } from "./timings.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");
const BEFORE_STOP = readFileSync(new URL("./before-stop.sh", import.meta.url), "utf8");
const FOLLOW = readFileSync(new URL("./follow.sh", import.meta.url), "utf8");
const EXCHANGE = readFileSync(new URL("./exchange-data.sh", import.meta.url), "utf8");
const AGREEMENT = readFileSync(new URL("./agreement.sql", import.meta.url), "utf8");
const ACTIVATE_DYNAMIC = readFileSync(new URL("./activate-dynamic.sh", import.meta.url), "utf8");

/** The query that compares the running server with what it was given. */
const AGREEMENT_PATH = `${AGENT_FOLDER}/agreement.sql`;

export interface PatroniPlan {
  readonly topology: Topology;
  readonly availability: Availability;
  readonly postgres: Pick<PostgresConfig, "version">;
  readonly backups: Pick<BackupsConfig, "keepFree">;
  /** Parameters that all members share; they live in etcd. */
  readonly clusterParameters: Parameters;
  /** Parameters of one member alone. */
  readonly hostParameters: (host: HostPlan) => Parameters;
}

const text = (path: string, content: string, owner = "root:root", mode = "0644"): ManagedFile => ({
  path,
  owner,
  mode,
  content,
});

/** The files of the dynamic configuration, on the one member that writes it to etcd: pure. */
export function dynamicFiles(plan: PatroniPlan, members: readonly HostPlan[]): readonly ManagedFile[] {
  const dynamic = dynamicConfiguration(plan.availability, members, plan.clusterParameters);
  const variables = {
    etcdctl: etcdctlOptions(members.map((member) => member.address)),
    key: `${NAMESPACE}${plan.topology.cluster}/config`,
    tls: POSTGRES_TLS,
    bin_dir: binaries(plan.postgres.version),
  };
  return [
    text("/etc/patroni/dynamic.json", `${JSON.stringify(dynamic, null, 2)}\n`),
    text(scriptPath("patroni-dynamic"), withVariables(variables, ACTIVATE_DYNAMIC)),
  ];
}

/** Every file that Patroni has on a member: pure. */
export function patroniFiles(
  plan: PatroniPlan,
  member: HostPlan,
  members: readonly HostPlan[],
  container: boolean,
): readonly ManagedFile[] {
  const { version } = plan.postgres;
  const watchdog = container ? "off" : "automatic";
  const config = renderPatroni({
    cluster: plan.topology.cluster,
    member,
    members,
    version,
    hba: renderHba(plan.topology),
    parameters: plan.hostParameters(member),
    watchdog,
  });
  const variables = {
    member: member.name,
    address: member.address,
    data_dir: dataDirectory(version),
    tls: POSTGRES_TLS,
    agreement: AGREEMENT_PATH,
    loop_wait: String(timingsOf(plan.availability).loopWait),
  };
  return [
    text("/etc/patroni/config.yml", config, "root:postgres", "0640"),
    text("/etc/systemd/system/patroni.service.d/holdfast.conf", unitDropIn(watchdog)),
    text(
      scriptPath("before-stop"),
      withVariables({ data_dir: dataDirectory(version), bin_dir: binaries(version) }, BEFORE_STOP),
    ),
    text(scriptPath("follow"), withVariables({ data_dir: dataDirectory(version) }, FOLLOW)),
    text(scriptPath("patroni"), withVariables(variables, ACTIVATE)),
    text(AGREEMENT_PATH, AGREEMENT),
    program(EXCHANGE_DATA, exchangeVariables(plan, members), EXCHANGE),
  ];
}

const exchangeVariables = (plan: PatroniPlan, members: readonly HostPlan[]) => ({
  data_dir: dataDirectory(plan.postgres.version),
  bin_dir: binaries(plan.postgres.version),
  incoming: `${DATA_ROOT}/recovered`,
  kept: BEFORE_RECOVERY,
  operations: operationsHost(plan.topology.hosts).fqdn,
  account: BARMAN.user,
  keep_free: String(plan.backups.keepFree),
  etcdctl: `etcdctl ${etcdctlOptions(members.map((member) => member.address))}`,
  keys: `${NAMESPACE}${plan.topology.cluster}/`,
});
