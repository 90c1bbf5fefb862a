import { beforeAll, describe, expect, test } from "vitest";
import { RULES } from "../../infra/aws/policies/rules.ts";
import { answerLooks, sectionsOfStack } from "./support/aws-stacks.ts";
import { type Run, runProgram } from "./support/program.ts";

answerLooks();

describe.each(["preview", "update"] as const)("a stack that GitHub's jobs update, %s", (mode) => {
  let run: Run;
  beforeAll(async () => {
    const { aws, ...sections } = sectionsOfStack("staging");
    const ci = {
      repository: "example/holdfast",
      stateBucket: "example-state",
      secretsKey: "arn:aws:kms:eu-central-1:123456789012:key/of-state",
    };
    run = await runProgram({ ...sections, aws: { ...(aws as object), ci } }, mode, "staging");
  });

  test("has a role for previews and one for updates, and breaks no policy", () => {
    const names = run.resources.filter(({ type }) => type === "aws:iam/role:Role").map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["ci-preview", "ci-update"]));
    const subjects = run.resources.map((each) => ({ ...each, urn: each.key }));
    expect(RULES.flatMap((rule) => rule.violations(subjects).map(({ message }) => message))).toEqual([]);
  });

  test("does not let its updates change what they may do themselves", () => {
    if (mode === "preview") return;
    const path = (name: string) =>
      run.resources.find((each) => each.type === "aws:iam/role:Role" && each.name === name)?.inputs["path"];
    expect(path("ci-update")).toBe("/holdfast-ci/staging/");
    expect(path("db-1-role")).toBe("/holdfast/staging/");
    const policy = run.resources.find(
      ({ type, name }) => type === "aws:iam/rolePolicy:RolePolicy" && name === "ci-update",
    );
    const statements: { Action: string[]; Resource: string[] }[] = JSON.parse(
      String(policy?.inputs["policy"]),
    ).Statement;
    const named = statements
      .filter(({ Action }) => Action.some((action) => action.startsWith("iam:")))
      .flatMap(({ Resource }) => Resource);
    expect(named.length).toBeGreaterThan(0);
    for (const resource of named)
      expect(resource).toMatch(/\/holdfast\/staging\/\*$|\/aws-service-role\/elasticl/);
  });
});
