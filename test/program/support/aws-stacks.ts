import { readFileSync } from "node:fs";
import { vi } from "vitest";
import { parse, stringify } from "yaml";
import type { Findings } from "../../../infra/aws/findings.ts";
import { rawSections } from "../../../infra/config/sections.ts";
import { handedOver } from "../../support/stack-file.ts";

export const AWS_STACKS = ["production", "dr-west", "staging"] as const;
export type AwsStack = (typeof AWS_STACKS)[number];

/** What the file of a stack says, as the program sees it. */
export function sectionsOfStack(stack: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(new URL(`../../../Pulumi.${stack}.yaml`, import.meta.url), "utf8");
  const file: { config: unknown } = parse(text);
  return rawSections(handedOver(stringify(file.config)));
}

/** An account with zones and the stacks' hosted zone, where nothing of the stacks is yet but the backups of production. */
const emptyAccount = (region: string): Findings => ({
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
  volumes: new Map(),
  hostedZone: "example.com.",
  subnets: new Map(),
});

/** Answers the program's look at the account; the look itself is tested against a server that speaks EC2's protocols. */
export function answerLooks(): void {
  vi.doMock("../../../infra/aws/look.ts", () => ({
    look: async (config: { aws: { region: string } }) => emptyAccount(config.aws.region),
  }));
}
