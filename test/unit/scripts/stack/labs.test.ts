import { describe, expect, test } from "vitest";
import { labsToRemove, renderLabs } from "../../../../scripts/cli/lab.ts";
import { isLeftover, labsFrom, type Part } from "../../../../scripts/stack/labs.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 31, 12, minute));
const part = (lab: string, kind: Part["kind"], minute = 0, running = false): Part => ({
  lab,
  kind,
  made: at(minute),
  running,
});

const PARTS: readonly Part[] = [
  part("local", "host", 3, true),
  part("local", "host", 4, false),
  part("local", "volume", 2),
  part("local", "network", 1),
  part("local-theirs", "volume"),
  part("local-test-111", "host", 0, true),
  part("local-test-222-x", "network"),
  part("local-test-333", "services"),
];

/** Of the processes that made tests' labs, 111 runs. */
const LABS = labsFrom(
  PARTS,
  ["local", "local-gone", "local-test-222-x"],
  ["local-test-444"],
  (pid) => pid === 111,
);

describe("the labs of a machine", () => {
  test("are those in podman, in this checkout's state and in the files that tests left", () => {
    expect(LABS.map(({ name }) => name)).toEqual([
      "local",
      "local-gone",
      "local-test-111",
      "local-test-222-x",
      "local-test-333",
      "local-test-444",
      "local-theirs",
    ]);
  });

  test("have what podman has of them, and the age of the oldest part", () => {
    expect(LABS[0]).toEqual({
      name: "local",
      running: 1,
      stopped: 1,
      volumes: 1,
      networks: 1,
      made: "2026-01-31T12:01:00.000Z",
      known: true,
    });
    expect(LABS[1]).toEqual({
      name: "local-gone",
      running: 0,
      stopped: 0,
      volumes: 0,
      networks: 0,
      known: true,
    });
  });

  test("are leftovers when the process that made them is gone", () => {
    expect(LABS.filter(isLeftover).map(({ name }) => name)).toEqual([
      "local-test-222-x",
      "local-test-333",
      "local-test-444",
    ]);
  });

  test("are a table for people", async () => {
    await expect(renderLabs(LABS)).toMatchFileSnapshot("../../../golden/labs.txt");
    expect(renderLabs([])).toBe("No lab is on this machine.\n");
  });
});

describe("what clean takes", () => {
  const names = (...args: Parameters<typeof labsToRemove>) => labsToRemove(...args).map(({ name }) => name);

  test("is what crashed tests left, when no lab is named", () => {
    expect(names(LABS, [], false)).toEqual(["local-test-222-x", "local-test-333", "local-test-444"]);
  });

  test("is a named lab of another checkout, or a leftover that this one's state still has", () => {
    expect(names(LABS, ["local-theirs", "local-test-222-x"], false)).toEqual([
      "local-theirs",
      "local-test-222-x",
    ]);
  });

  test.each([
    [
      "this checkout knows",
      "local",
      /this checkout knows the lab "local".*\nnext: .*pulumi destroy.*--force/,
    ],
    [
      "a running test made",
      "local-test-111",
      /the test that made the lab "local-test-111" still runs\nnext: .*--force/,
    ],
  ])("is no lab that %s, unless it is forced", (_, name, refusal) => {
    expect(() => labsToRemove(LABS, [name], false)).toThrow(refusal);
    expect(names(LABS, [name], true)).toEqual([name]);
  });

  test("is nothing when one of the names is wrong", () => {
    expect(() => labsToRemove(LABS, ["local-theirs", "locale"], true)).toThrow(
      /there is no lab "locale" on this machine\nnext: name one of: local, local-gone, /,
    );
    expect(() => labsToRemove([], ["local"], true)).toThrow(/\nnext: there is none at all$/);
  });
});
