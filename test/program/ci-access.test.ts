import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { CiAccessArgs } from "../../infra/aws/ci-access.ts";
import { policyDocument } from "../../infra/aws/iam.ts";
import { ofType } from "./support/program.ts";
import { FUNCTIONS, providers } from "./support/providers.ts";
import { record } from "./support/recorder.ts";

const ARGS: CiAccessArgs = {
  stack: "production",
  repository: "example/holdfast",
  previewEnvironment: "production-preview",
  updateEnvironment: "production",
  stateBucket: "state",
  updatePolicy: policyDocument([
    {
      Sid: "Everything",
      Effect: "Allow",
      Action: ["ec2:RunInstances"],
      Resource: ["arn:aws:ec2:::instance/*"],
    },
  ]),
};

async function made(args: CiAccessArgs) {
  const run = await record("production", false, providers().provider, FUNCTIONS);
  const { CiAccess } = await import("../../infra/aws/ci-access.ts");
  new CiAccess("ci", args);
  await pulumi.runtime.disconnect();
  return run;
}

type Run = Awaited<ReturnType<typeof made>>;

const documentOf = (run: Run, type: string, name: string, property: string) =>
  JSON.parse(String(ofType(run, type).find((each) => each.name === name)?.inputs[property]));
const trustOf = (run: Run, role: string) => documentOf(run, "aws:iam/role:Role", role, "assumeRolePolicy");
const sidsOf = (run: Run, policy: string): string[] =>
  documentOf(run, "aws:iam/rolePolicy:RolePolicy", policy, "policy").Statement.map(
    ({ Sid }: { Sid: string }) => Sid,
  );

const PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

describe("the way in for jobs", () => {
  test("is a provider for GitHub and a role for each of two environments", async () => {
    const run = await made(ARGS);
    expect(ofType(run, PROVIDER).map(({ inputs }) => inputs)).toEqual([
      { url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] },
    ]);
    for (const [role, environment] of [
      ["ci-preview", "production-preview"],
      ["ci-update", "production"],
    ] as const) {
      expect(trustOf(run, role).Statement).toEqual([
        expect.objectContaining({
          Principal: { Federated: "arn:aws:iam/openIdConnectProvider:::ci" },
          Condition: {
            StringEquals: expect.objectContaining({
              "token.actions.githubusercontent.com:sub": `repo:example/holdfast:environment:${environment}`,
            }),
          },
        }),
      ]);
    }
  });

  test("uses the provider that the account has already", async () => {
    const run = await made({ ...ARGS, providerArn: "arn:aws:iam::123456789012:oidc-provider/github" });
    expect(ofType(run, PROVIDER)).toEqual([]);
    expect(trustOf(run, "ci-preview").Statement[0].Principal).toEqual({
      Federated: "arn:aws:iam::123456789012:oidc-provider/github",
    });
  });

  test("gives what an update makes to the role of updates alone, and no policy of Amazon's to any", async () => {
    const run = await made(ARGS);
    expect(sidsOf(run, "ci-update")).toEqual(["Everything"]);
    expect(sidsOf(run, "ci-update-state")).toEqual(["StateRead", "StateList", "StateWrite", "StateLock"]);
    expect(sidsOf(run, "ci-preview")).toContain("SeeBuckets");
    expect(ofType(run, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")).toEqual([]);
    const parents = run.resources.filter(({ type }) => type.startsWith("aws:")).map(({ parent }) => parent);
    expect(new Set(parents)).toEqual(new Set(["holdfast:aws:CiAccess ci"]));
  });

  test("lets an update take hours, from host to host", async () => {
    const run = await made(ARGS);
    const seconds = (role: string) =>
      ofType(run, "aws:iam/role:Role").find(({ name }) => name === role)?.inputs["maxSessionDuration"];
    expect([seconds("ci-preview"), seconds("ci-update")]).toEqual([undefined, 14_400]);
  });
});
