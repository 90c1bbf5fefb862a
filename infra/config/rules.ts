import type { Peer, UnknownPeer } from "./peer.ts";
import type { Problem } from "./problems.ts";
import { admission, comingIn, networkOfAws, platforms, serviceName, zonesOfRegion } from "./rules/aws.ts";
import { backupStore, volumes } from "./rules/aws-storage.ts";
import { lockedLongEnough, namesOfBarman, queriesOfTest } from "./rules/backups.ts";
import { memoryBudget, poolArithmetic } from "./rules/capacity.ts";
import { combinations } from "./rules/combinations.ts";
import { businessQueries, grafanaArchive, retention } from "./rules/monitoring.ts";
import { localNames, names, references } from "./rules/names.ts";
import { networks, networksOfLab } from "./rules/networks.ts";
import { peers } from "./rules/peers.ts";
import { duplicates, problem } from "./rules/problem.ts";
import {
  containerKernel,
  extensions,
  locales,
  packageSource,
  packagesInImage,
  settings,
} from "./rules/server.ts";
import type { Config, SECTIONS } from "./schema.ts";

type Section = keyof typeof SECTIONS;

/**
 * A rule over one or several sections. It runs when all of them are well-formed, so that a slip in one section does
 * not hide what is wrong in the others.
 */
export interface Rule {
  readonly needs: readonly Section[];
  readonly problems: (config: Config, stack: string, peer: Peer | UnknownPeer | undefined) => Problem[];
}

function lifetimes({ tls }: Config): Problem[] {
  return [
    ...(tls.renewBeforeDays >= tls.certificateDays
      ? [
          problem(
            "tls.renewBeforeDays",
            tls.renewBeforeDays,
            `less than tls.certificateDays, which is ${tls.certificateDays}`,
            "lower it, or raise tls.certificateDays",
          ),
        ]
      : []),
    ...(tls.certificateDays >= tls.caDays
      ? [
          problem(
            "tls.certificateDays",
            tls.certificateDays,
            `less than tls.caDays, which is ${tls.caDays}: no certificate outlives its authority`,
            "lower it, or raise tls.caDays",
          ),
        ]
      : []),
  ];
}

function zones({ hosts }: Config): Problem[] {
  return (["database", "proxy", "operations"] as const).flatMap((role) =>
    duplicates(hosts[role].zones).map(([index, name]) =>
      problem(`hosts.${role}.zones[${index}]`, name, "each zone once", "remove it"),
    ),
  );
}

function authorities({ tls }: Config): Problem[] {
  return duplicates(tls.authorities).map(([index, number]) =>
    problem(`tls.authorities[${index}]`, number, "each authority once", "remove it"),
  );
}

export const RULES: readonly Rule[] = [
  { needs: ["postgres"], problems: packageSource },
  { needs: ["postgres", "local"], problems: packagesInImage },
  { needs: ["postgres"], problems: settings },
  { needs: ["postgres", "platform"], problems: containerKernel },
  { needs: ["postgres", "databases"], problems: locales },
  { needs: ["postgres", "hosts"], problems: combinations },
  { needs: ["postgres", "databases"], problems: extensions },
  { needs: ["databases", "roles"], problems: names },
  { needs: ["databases", "roles", "access"], problems: references },
  { needs: ["access"], problems: networks },
  { needs: ["access", "platform", "local"], problems: networksOfLab },
  { needs: ["local"], problems: localNames },
  { needs: ["tls"], problems: lifetimes },
  { needs: ["tls"], problems: authorities },
  { needs: ["hosts"], problems: zones },
  { needs: ["platform", "aws", "dr"], problems: platforms },
  { needs: ["platform", "aws", "hosts"], problems: zonesOfRegion },
  { needs: ["platform", "aws", "hosts"], problems: volumes },
  { needs: ["platform", "aws"], problems: networkOfAws },
  { needs: ["platform", "aws", "access"], problems: admission },
  { needs: ["platform", "aws", "access"], problems: comingIn },
  { needs: ["platform", "aws"], problems: backupStore },
  { needs: ["cluster"], problems: namesOfBarman },
  { needs: ["backups", "databases"], problems: queriesOfTest },
  { needs: ["monitoring", "databases"], problems: businessQueries },
  { needs: ["monitoring", "hosts"], problems: retention },
  { needs: ["monitoring", "platform", "aws"], problems: grafanaArchive },
  { needs: ["platform", "aws", "backups"], problems: lockedLongEnough },
  { needs: ["platform", "aws"], problems: serviceName },
  { needs: ["platform", "aws", "dr"], problems: peers },
  { needs: ["platform", "aws", "postgres", "hosts"], problems: memoryBudget },
  { needs: ["postgres", "hosts", "databases", "pools"], problems: poolArithmetic },
];
