import { describe, expect, test } from "vitest";
import { podman } from "../../../scripts/stack/containers.ts";
import { Lab, type Ran } from "../support/lab.ts";

/** The two commands of the README: what the first one ended with, and that a second one finds nothing to do. */
export function upTests(lab: Lab, first: () => Ran): void {
  describe("up", () => {
    test("ends with a proof, and with the lines to copy next", () => {
      const { code, stdout, stderr } = first();
      expect(code, stderr).toBe(0);
      expect(stdout.match(/^ {2}db-\d {2}.*PostgreSQL 17\.\d+ /gm)).toHaveLength(3);
      expect(stdout.match(/^ {2}db-\d {2}leader +running/gm)).toHaveLength(1);
      expect(stdout.match(/^ {2}db-\d {2}quorum_standby +streaming/gm)).toHaveLength(2);
      expect(stdout).toMatch(
        /written through the writer endpoint \(db-\d\) was read back through the reader/,
      );
      expect(stdout).toMatch(
        /the state of the cluster is at https:\/\/127\.0\.0\.1:\d+\/consoles\/status\.html/,
      );
      for (const line of [
        `./holdfast psql --stack ${lab.name}`,
        `./holdfast status --stack ${lab.name}`,
        `./holdfast preview --stack ${lab.name}`,
        `./holdfast destroy --stack ${lab.name}`,
      ]) {
        expect(stdout.split("\n")).toContain(`  ${line}`);
      }
    });

    test("says that nothing changes when it is run again", async () => {
      const { code, stdout, stderr, seconds } = await lab.holdfast("up");
      expect(code, stderr).toBe(0);
      expect(stdout).toContain("Nothing changes: everything is as configured.");
      process.stderr.write(`· first up ${first().seconds.toFixed(1)} s, second up ${seconds.toFixed(1)} s\n`);
    });

    test("does not touch a lab of the same name that another checkout made", async () => {
      const stranger = new Lab(`${lab.name}-x`);
      await stranger.configure({});
      try {
        await podman(["volume", "create", "--label", `holdfast=${stranger.name}`, `${stranger.name}-theirs`]);
        const { code, stderr } = await stranger.holdfast("up");
        expect(code).toBe(1);
        expect(stderr).toMatch(
          /of which this checkout knows nothing: local-test-\d+-x-theirs\nnext: destroy it/,
        );
      } finally {
        await stranger.remove();
      }
    });

    test("agrees with the engine's own commands", async () => {
      const preview = await lab.activated("pulumi preview --expect-no-changes");
      expect(preview.code, preview.stdout).toBe(0);
      const output = await lab.activated("pulumi stack output postgresVersion");
      expect(output.stdout).toBe("17");
    });
  });
}
