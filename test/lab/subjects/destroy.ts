import { describe, expect, test } from "vitest";
import { podman, remainsOf } from "../../../scripts/stack/containers.ts";
import { type Lab as LabOnMachine, servicesName } from "../../../scripts/stack/labs.ts";
import type { Lab } from "../support/lab.ts";

/** The end: nothing stays but what is meant to outlive a cluster. */
export function destroyTests(lab: Lab): void {
  describe("destroy", () => {
    test("leaves the object store and nothing else", async () => {
      const destroyed = await lab.activated("pulumi destroy --yes --skip-preview --suppress-outputs");
      expect(destroyed.code, destroyed.stdout).toBe(0);
      expect(await remainsOf(lab.name)).toEqual({ containers: [], volumes: [], networks: [] });
      const labs: LabOnMachine[] = JSON.parse((await lab.machine("lab", "list", "--json")).stdout);
      expect(labs.find(({ name }) => name === lab.name)).toMatchObject({
        running: 0,
        volumes: 0,
        known: false,
      });
      const { stdout } = await podman(["inspect", servicesName(lab.name), "--format", "{{.State.Running}}"]);
      expect(stdout).toBe("true");
    });
  });
}
