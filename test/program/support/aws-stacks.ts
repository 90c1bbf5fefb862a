import { readFileSync } from "node:fs";
import { vi } from "vitest";
import { parse, stringify } from "yaml";
import type { Topology } from "../../../components/model.ts";
import { addressesOf } from "../../../infra/addresses.ts";
import type { LookedAt } from "../../../infra/aws/findings.ts";
import { parseConfig } from "../../../infra/config/parse.ts";
import { peerNameIn, readPeer } from "../../../infra/config/peer.ts";
import type { Config } from "../../../infra/config/schema.ts";
import { rawSections } from "../../../infra/config/sections.ts";
import { planCluster } from "../../../infra/plan.ts";
import { handedOver } from "../../support/stack-file.ts";
import type { Run } from "./program.ts";

export const AWS_STACKS = ["production", "dr-west", "staging"] as const;
export type AwsStack = (typeof AWS_STACKS)[number];

/** What the file of a stack says, as the program sees it. */
export function sectionsOfStack(stack: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(new URL(`../../../Pulumi.${stack}.yaml`, import.meta.url), "utf8");
  const file: { config: unknown } = parse(text);
  return rawSections(handedOver(stringify(file.config)));
}

interface Planned {
  readonly aws: NonNullable<Config["aws"]>;
  readonly topology: Topology;
  /** For how many days back every moment can be recovered. */
  readonly window: number;
}

/** What the program makes of a stack's file. */
export function planned(stack: AwsStack): Planned {
  const raw = sectionsOfStack(stack);
  const peer = peerNameIn(raw);
  const parsed = parseConfig(raw, stack, peer === undefined ? undefined : readPeer(peer));
  if (!parsed.ok || parsed.config.aws === undefined) {
    throw new Error(`Pulumi.${stack}.yaml is refused: ${JSON.stringify(parsed, null, 2)}`);
  }
  const { topology } = planCluster(parsed.config, addressesOf(parsed.config, stack));
  return { aws: parsed.config.aws, topology, window: parsed.config.backups.recoveryWindowDays };
}

/** An account with zones and the stacks' hosted zone, where nothing of the stacks is yet but the backups of production. */
const emptyAccount = (region: string): LookedAt => ({
  zones: ["a", "b", "c", "d"].map((letter) => region + letter),
  buckets: new Map([
    [
      "example-com-holdfast-east-replica",
      region === "us-west-2"
        ? {
            kind: "own",
            cluster: "production",
            locked: true,
            keyArn: `arn:aws:kms:${region}:123456789012:key/replica`,
          }
        : { kind: "free" },
    ],
  ]),
  network: undefined,
  volumes: new Map(),
  hostedZone: "example.com.",
  subnets: new Map(),
});

/** Answers the program's look at the account; the look itself is tested against a server that speaks EC2's protocols. */
export function answerLooks(): void {
  vi.doMock("../../../infra/aws/look.ts", () => ({
    accountOf: async () => "123456789012",
    look: async (config: { aws: { region: string } }) => emptyAccount(config.aws.region),
  }));
}

/** Texts for a first boot as somebody can read them. */
const legible = ({ userData, ...inputs }: Readonly<Record<string, unknown>>) =>
  typeof userData === "string"
    ? { ...inputs, userData: Buffer.from(userData, "base64").toString().split("\n") }
    : inputs;

/** All that AWS is asked for, for whoever reviews a change; keys of hosts are other ones each time. */
export const recordingOf = (run: Run): string =>
  `${JSON.stringify(
    run.resources
      .filter(({ type }) => type.startsWith("aws:") || type === "pulumi:providers:aws")
      .map(
        ({
          key,
          parent,
          inputs,
          dependencies,
          protect,
          retainOnDelete,
          deleteBeforeReplace,
          ...options
        }) => ({
          resource: key,
          parent,
          inputs: legible(inputs),
          dependencies: [...dependencies].sort(),
          options: {
            protect,
            retainOnDelete,
            deleteBeforeReplace,
            ignoreChanges: options.ignoreChanges,
            replaceOnChanges: options.replaceOnChanges,
          },
        }),
      )
      .sort((a, b) => a.resource.localeCompare(b.resource, "en")),
    null,
    2,
  ).replaceAll(/ssh-ed25519 [A-Za-z0-9+/=]+( [a-z]+)?/g, "ssh-ed25519 KEY")}\n`;
