import { AsyncResource } from "node:async_hooks";
import type { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { MaintenanceConfig } from "../maintenance/schema.ts";
import { forbiddenBecause } from "../maintenance/window.ts";
import type { Host } from "../remote/host.ts";
import { localCommand } from "../remote/local-command.ts";
import {
  changesBetween,
  describeReloads,
  describeRestarts,
  renderWanted,
  type WantedParameter,
} from "./changes.ts";
import { describeReplacements, hostsMadeAnew, membersChanged, renderHosts } from "./hosts-made-anew.ts";

export interface InEffectArgs {
  readonly cluster: string;
  readonly durability: string;
  readonly parameters: readonly WantedParameter[];
  readonly maintenance: MaintenanceConfig;
  readonly timeZone: string;
  readonly hosts: readonly Host[];
  readonly after: readonly pulumi.Resource[];
}

/**
 * The last steps on the servers, on this machine, from where all hosts are in reach: every server has to agree with
 * what it was given, and what only a restart brings about is brought about by one. The two are apart so that a change
 * that needs no restart cannot cause one. Hooks say in a preview, in sentences, what each change does.
 */
export function parametersInEffect(args: InEffectArgs, opts: pulumi.ComponentResourceOptions): local.Command {
  const members = args.hosts.filter((host) => host.role === "database");
  const names = members.map((member) => member.name);
  const reloaded = step(args, "reload", {
    environment: { PARAMETERS: renderWanted(args.parameters.filter(({ restart }) => !restart)) },
    announce: async (old, wanted) => {
      for (const sentence of describeReloads(
        changesBetween(old["PARAMETERS"], wanted["PARAMETERS"]),
        names,
      )) {
        await pulumi.log.warn(sentence);
      }
    },
    after: args.after,
    opts,
  });
  return step(args, "restart", {
    environment: {
      PARAMETERS: renderWanted(args.parameters.filter(({ restart }) => restart)),
      HOSTS: renderHosts(members),
    },
    announce: (old, wanted) => announceDisruption(args, names, old, wanted),
    after: [reloaded],
    opts,
  });
}

type Environment = Readonly<Record<string, string>>;

interface Step {
  /** Readable, so that a preview's diff shows the lines that change. */
  readonly environment: Environment;
  readonly announce: (old: Environment, wanted: Environment) => Promise<void>;
  readonly after: readonly pulumi.Resource[];
  readonly opts: pulumi.ComponentResourceOptions;
}

function step(args: InEffectArgs, order: "reload" | "restart", { environment, announce, after, opts }: Step) {
  // The engine hands back what this program gave it.
  const given = (inputs: Record<string, unknown> | undefined) =>
    (inputs?.["environment"] ?? {}) as Environment;
  const hook = new pulumi.ResourceHook(
    `say-what-a-${order}-does`,
    // In this run's context: the engine calls from outside, where a process that runs the program several times knows no
    // engine, and what is logged would end on its console.
    AsyncResource.bind(({ oldInputs, newInputs }: pulumi.ResourceHookArgs) =>
      announce(given(oldInputs), given(newInputs)),
    ),
    { onDryRun: true },
  );
  return localCommand(
    `postgres-${order}`,
    {
      create: `node --import tsx scripts/operations/in-effect.ts ${order}`,
      environment,
      stdin: pulumi.secret(accessTo(args)),
      // Servers are restarted one after the other, and each may have to recover first.
      timeoutSeconds: 3600,
    },
    { ...opts, dependsOn: [...after], hooks: { beforeUpdate: [hook] } },
  );
}

/** What is needed to reach and to judge the cluster, and what maintenance allows. */
const accessTo = (args: InEffectArgs): pulumi.Output<string> =>
  pulumi.all(args.hosts.map((host) => pulumi.all([host.connection, host.hostKey]))).apply((connections) =>
    JSON.stringify({
      clusterName: args.cluster,
      durability: args.durability,
      maintenance: args.maintenance,
      timeZone: args.timeZone,
      sshPrivateKey: connections[0]?.[0].privateKey,
      hosts: args.hosts.map(({ name, role, zone, address }, index) => {
        const [connection, hostKey] = connections[index] ?? [];
        const { host, port, user, proxy } = connection ?? {};
        const through = proxy && {
          host: proxy.host,
          port: proxy.port,
          user: proxy.user,
          hostKey: proxy.hostKey,
        };
        return { name, role, zone, address, ssh: { host, port, user, hostKey, through } };
      }),
    }),
  );

/** Set by ./holdfast up, which makes hosts anew one after the other before it lets the engine do the rest. */
const ONE_BY_ONE = "HOLDFAST_ONE_BY_ONE";

async function announceDisruption(
  args: InEffectArgs,
  members: readonly string[],
  old: Environment,
  wanted: Environment,
): Promise<void> {
  const hosts = [old["HOSTS"], wanted["HOSTS"]] as const;
  const changed = membersChanged(...hosts);
  if (changed !== undefined) {
    throw new Error(changed);
  }
  const changes = changesBetween(old["PARAMETERS"], wanted["PARAMETERS"]);
  const replaced = hostsMadeAnew(...hosts);
  for (const sentence of [...describeRestarts(changes, members), ...describeReplacements(replaced)]) {
    await pulumi.log.warn(sentence);
  }
  const disruptive = replaced.length > 0 || changes.length > 0;
  const forbidden = disruptive ? forbiddenBecause(args.maintenance, args.timeZone, new Date()) : undefined;
  if (forbidden !== undefined) {
    throw new Error(`this update restarts PostgreSQL or makes a host anew, which it may not: ${forbidden}`);
  }
  if (replaced.length > 1 && process.env[ONE_BY_ONE] === undefined) {
    throw new Error(
      `this update would make ${replaced.join(", ")} anew at the same time; use ./holdfast up, which does it one after the other, or pulumi up --target`,
    );
  }
}
