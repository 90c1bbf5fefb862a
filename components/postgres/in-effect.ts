import type { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { MaintenanceConfig } from "../maintenance/schema.ts";
import { forbiddenBecause } from "../maintenance/window.ts";
import type { Host } from "../remote/host.ts";
import { localCommand } from "../remote/local-command.ts";
import { changesBetween, describeChanges, renderWanted, type WantedParameter } from "./changes.ts";
import { describeReplacements, hostsMadeAnew, renderHosts } from "./hosts-made-anew.ts";

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
 * The last step on the servers: sees to it that every parameter is in effect on every member, with a rolling restart
 * where one is needed. A preview says so in a sentence, before anything is changed.
 */
export function parametersInEffect(args: InEffectArgs, opts: pulumi.ComponentResourceOptions): local.Command {
  const members = args.hosts.filter((host) => host.role === "database").map((host) => host.name);
  const hook = new pulumi.ResourceHook(
    "say-what-a-parameter-does",
    ({ oldInputs, newInputs }) => announce(args, members, wantedIn(oldInputs), wantedIn(newInputs)),
    { onDryRun: true },
  );
  return localCommand(
    "postgres-parameters",
    {
      create: "node --import tsx scripts/operations/in-effect.ts",
      environment: {
        PARAMETERS: renderWanted(args.parameters),
        HOSTS: renderHosts(args.hosts.filter((host) => host.role === "database")),
      },
      stdin: pulumi.secret(
        pulumi
          .all(args.hosts.map((host) => pulumi.all([host.connection, host.hostKey])))
          .apply((connections) =>
            JSON.stringify({
              clusterName: args.cluster,
              durability: args.durability,
              sshPrivateKey: connections[0]?.[0].privateKey,
              hosts: args.hosts.map(({ name, role, zone, address }, index) => {
                const [connection, hostKey] = connections[index] ?? [];
                const { host, port, user } = connection ?? {};
                return { name, role, zone, address, ssh: { host, port, user, hostKey } };
              }),
              parameters: args.parameters.map(({ name, shown, restart }) => ({ name, shown, restart })),
            }),
          ),
      ),
      // Servers are restarted one after the other, and each may have to recover first.
      timeoutSeconds: 3600,
    },
    { ...opts, dependsOn: [...args.after], hooks: { beforeUpdate: [hook] } },
  );
}

/** What this step was, or is, given to see to: readable, so that a preview shows its lines. */
interface Wanted {
  readonly PARAMETERS: string;
  readonly HOSTS: string;
}

/** The engine hands back what this program gave it. */
const wantedIn = (inputs: Record<string, unknown> | undefined): Partial<Wanted> =>
  (inputs?.["environment"] ?? {}) as Partial<Wanted>;

/** Set by ./holdfast up, which makes hosts anew one after the other before it lets the engine do the rest. */
const ONE_BY_ONE = "HOLDFAST_ONE_BY_ONE";

async function announce(
  args: InEffectArgs,
  members: readonly string[],
  old: Partial<Wanted>,
  wanted: Partial<Wanted>,
): Promise<void> {
  const changes = changesBetween(old.PARAMETERS ?? "", wanted.PARAMETERS ?? "");
  const replaced = hostsMadeAnew(old.HOSTS ?? "", wanted.HOSTS ?? "");
  for (const sentence of [...describeChanges(changes, members), ...describeReplacements(replaced)]) {
    await pulumi.log.warn(sentence);
  }
  const disruptive = replaced.length > 0 || changes.some((change) => change.restart);
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
