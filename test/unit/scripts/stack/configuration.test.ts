import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { planFrom, planStack, sameSettings } from "../../../../scripts/stack/configuration.ts";
import { FIXTURES, fixturePlan } from "../../../support/fixtures.ts";

const problemOf = (text: string): string => {
  try {
    planFrom("blue", text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("it was taken");
};

describe("a stack's file", () => {
  test("is read as the engine hands it over", () => {
    const text = readFileSync(new URL("../../../../Pulumi.local.yaml", import.meta.url), "utf8");
    const { plan, container } = planFrom("local", text);
    expect(container).toBe(true);
    expect(JSON.stringify(plan)).toBe(JSON.stringify(fixturePlan("local")));
  });

  test("may say numbers and switches as text, as pulumi config set writes them", () => {
    const { plan } = planFrom("blue", 'config:\n  holdfast:platform: local\n  holdfast:roles: "[]"\n');
    expect(plan.roles.map(({ name }) => name)).toEqual(["app_owner", "app_writer", "app_reader"]);
  });

  test("carries the stack's name into what follows from it", () => {
    expect(planFrom("blue", "config:\n  holdfast:platform: local\n").plan.topology).toMatchObject({
      cluster: "blue",
      domain: "blue.holdfast.internal",
    });
  });

  test("may have other packages' keys, encrypted ones too, and the salt of the passphrase", () => {
    const text =
      "encryptionsalt: v1:x\nconfig:\n  holdfast:platform: local\n  aws:secretKey:\n    secure: v1:abc\n";
    expect(planFrom("blue", text).plan.topology.cluster).toBe("blue");
  });
});

describe("a stack's file is refused with what to do", () => {
  test("when something in it is encrypted, with its path", () => {
    const text =
      "config:\n  holdfast:platform: local\n  holdfast:databases:\n    - name:\n        secure: v1:abc\n";
    expect(problemOf(text)).toMatch(
      /^holdfast:databases\[0\]\.name in Pulumi\.blue\.yaml is encrypted, and only the engine can read it\nnext: /,
    );
  });

  test("when its configuration is wrong, with all that is wrong", () => {
    const problem = problemOf("config:\n  holdfast:platform: lokal\n  holdfast:tls:\n    days: 3\n");
    expect(problem).toContain('the configuration of the stack "blue" has 2 problems');
    expect(problem).toMatch(/holdfast:platform\s+found +"lokal"\s+allowed +"local"/);
    expect(problem).toMatch(/\nnext: mend Pulumi\.blue\.yaml$/);
  });

  test("when it takes values from elsewhere", () => {
    expect(problemOf("environment: [shared]\nconfig:\n  holdfast:platform: local\n")).toMatch(
      /takes values from environments.*\nnext: .*pulumi preview/,
    );
  });

  test.each([
    ["is no YAML", "config: [", /Pulumi\.blue\.yaml cannot be read: .*line 1[\s\S]*\nnext: mend the line/],
    ["is a list", "- config\n", /is not a stack's file/],
    ["says nothing", "", /is not a stack's file/],
    ["has no platform", "config: {}\n", /holdfast:platform/],
  ])("when it %s", (_, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });

  test("when there is none, with those that there are", async () => {
    await expect(planStack("no-such-stack")).rejects.toThrow(
      /no file Pulumi\.no-such-stack\.yaml\nnext: name one of: (.*, )?local/,
    );
  });
});

describe("two texts of a stack's file", () => {
  const text = "config:\n  holdfast:platform: local\n  holdfast:hosts: { proxy: { count: 3 } }\n";

  test("say the same when only the engine's own lines, comments or the form differ", () => {
    expect(sameSettings(text, `${text}encryptionsalt: v1:abc=\n`)).toBe(true);
    expect(
      sameSettings(
        text,
        `# mine\n${text.replace("{ proxy: { count: 3 } }", "\n    proxy:\n      count: 3")}`,
      ),
    ).toBe(true);
  });

  test.each([
    ["a value", text.replace("3", "2")],
    ["a setting more", `${text}  holdfast:os: { timeZone: Europe/Berlin }\n`],
    ["an environment", `${text}environment: [prod]\n`],
    ["nothing that could be read", "config: ["],
    ["nothing", ""],
  ])("do not with %s", (_, other) => {
    expect(sameSettings(text, other)).toBe(false);
    expect(sameSettings(other, text)).toBe(false);
  });
});

test("the settings of every fixture come through a file unchanged", () => {
  for (const [name, { stack, config }] of Object.entries(FIXTURES)) {
    const entries = Object.entries(config).map(([key, value]) => [`holdfast:${key}`, value]);
    // JSON is YAML as well.
    const { plan } = planFrom(stack, JSON.stringify({ config: Object.fromEntries(entries) }));
    expect(JSON.stringify(plan), name).toBe(
      JSON.stringify(fixturePlan(name === "local" ? "local" : "custom")),
    );
  }
});
