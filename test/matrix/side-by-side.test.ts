import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Lab, wholeCluster } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";

/** Two clusters on one machine at the same time, which share nothing but podman and the cache of images. */
const PLAIN = new Lab(labName("-plain"));
const FIFTEEN = new Lab(labName("-15"));
const LABS = [
  {
    what: "PostgreSQL 17 on hosts as plain as fresh EC2 ones",
    lab: PLAIN,
    settings: { local: { image: "plain" } },
    version: /^17\./,
  },
  {
    what: "PostgreSQL 15 from Debian 12 on Debian 13, async",
    lab: FIFTEEN,
    settings: {
      postgres: { version: 15, profile: "olap", extensions: ["pg_stat_statements", "auto_explain"] },
      availability: { durability: "async", rto: "normal" },
    },
    version: /^15\./,
  },
];

describe("two labs side by side", () => {
  beforeAll(removeLeftovers);
  afterAll(() => Promise.all(LABS.map(({ lab }) => lab.remove())));

  test.each(LABS)("$what: comes up with its proof", async ({ lab, settings }) => {
    await lab.configure(settings);
    const up = await lab.holdfast("up");
    process.stderr.write(`· ${lab.name} up in ${up.seconds.toFixed(1)} s\n`);
    expect(up.code, up.stdout + up.stderr).toBe(0);
    expect(up.stdout).toContain(`The cluster "${lab.name}" works:`);
  });

  test.each(LABS)("$what: is the version that was asked for, and finds nothing to change", async (each) => {
    const { members } = await wholeCluster(each.lab, 60);
    expect(members.map((member) => each.version.test(String(member.versions.postgres)))).toEqual([
      true,
      true,
      true,
    ]);
    expect((await each.lab.holdfast("up")).stdout).toContain("Nothing changes");
  });

  test("the end of one is not noticed by the other", async () => {
    const { leader } = await wholeCluster(FIFTEEN, 60);
    const destroyed = await PLAIN.activated("pulumi destroy --yes --skip-preview --suppress-outputs");
    expect(destroyed.code, destroyed.stdout).toBe(0);
    expect((await wholeCluster(FIFTEEN, 10)).leader).toBe(leader);
    const row = await FIFTEEN.holdfast("psql", "--", "-XAtc", "SELECT 'still here'");
    expect(row.stdout).toBe("still here");
  });
});
