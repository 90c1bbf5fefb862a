import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { podman } from "../../scripts/stack/containers.ts";
import { Lab, wholeCluster } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";

/** Of five members two may lose everything at once: they join again one after the other, in one update. */
describe("two lost volumes of five", () => {
  const lab = new Lab(labName("-5"));
  const container = (host: string) => `holdfast-${lab.name}-${host}`;
  beforeAll(async () => {
    await removeLeftovers();
    await lab.configure({ hosts: { database: { count: 5 } }, availability: { rto: "fast" } });
    const up = await lab.holdfast("up");
    expect(up.code, up.stdout + up.stderr).toBe(0);
  });
  afterAll(() => lab.remove());

  test("are both made anew from the others, which are not touched", async () => {
    const { leader, members } = await wholeCluster(lab, 60);
    const [first = "", second = "", ...others] = members
      .map((member) => member.name)
      .filter((name) => name !== leader);
    const started = () =>
      Promise.all(
        [String(leader), ...others].map((host) => lab.sql(host, "SELECT pg_postmaster_start_time()")),
      );
    const before = await started();
    await podman(["rm", "--force", "--volumes", "--time", "0", container(first), container(second)]);
    await podman(["volume", "rm", container(first), container(second)]);

    const urns = [first, second].map(
      (host) => `--replace "$(pulumi stack --show-urns | grep -o 'urn:.*::${host}-host')"`,
    );
    const up = await lab.activated(`pulumi up --yes --skip-preview --suppress-outputs ${urns.join(" ")}`);
    expect(up.code, up.stdout).toBe(0);
    lab.forget();
    const status = await wholeCluster(lab, 120);
    expect(status.leader).toBe(leader);
    expect(status.members.map((member) => member.etcd)).toEqual(Array(5).fill("healthy"));
    expect(await started()).toEqual(before);
    expect((await lab.holdfast("up")).stdout).toContain("Nothing changes");
  });
});
