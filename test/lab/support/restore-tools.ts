import { expect } from "vitest";
import { IDENTIFIER } from "../../../components/barman/names.ts";
import { SCRATCH } from "../../../components/restore/names.ts";
import { podman } from "../../../scripts/stack/containers.ts";
import { connect, ownerOf } from "../../../scripts/stack/endpoint.ts";
import { servicesName } from "../../../scripts/stack/labs.ts";
import { eventually, type Lab, wholeCluster } from "./lab.ts";

/** What tests of restores ask of a lab. */
export function restoreTools(lab: Lab) {
  const restore = (verb: string, ...options: string[]) =>
    lab.machine("restore", verb, "--stack", lab.name, ...options);
  const application = async (work: string): Promise<string> => {
    const stack = await lab.stack();
    const client = await connect(stack, "writer", ownerOf(stack));
    try {
      const { rows } = await client.query<{ value: string }>(work);
      return rows[0]?.value ?? "";
    } finally {
      await client.end();
    }
  };
  /** What a restored server answers. */
  const restored = async (name: string, query: string) => {
    const { stdout, stderr, code } = await lab.on(
      "ops-1",
      `cd / && runuser -u barman -- psql -XAtq -h ${SCRATCH}/${name}/socket -U postgres app <<'SQL'\n${query}\nSQL\n`,
    );
    expect(code, stderr).toBe(0);
    return stdout.trim();
  };
  const everythingInBucket = async () => {
    const { leader } = await wholeCluster(lab, 60);
    // Of a file in which nothing was written none is ended.
    const file = await lab.sql(
      String(leader),
      "SELECT pg_logical_emit_message(true, 'test', 'ended') \\g /dev/null\nSELECT pg_walfile_name(pg_switch_wal())",
    );
    await eventually(`${file} is in the bucket`, 90, async () => (await objects(`${file}.*`)).includes(file));
    return file;
  };
  /** Paths of this cluster's objects, as the store keeps them. */
  const objects = async (name: string): Promise<string> => {
    const identifier = (await lab.on("ops-1", `cat ${IDENTIFIER}`)).stdout.trim();
    const place = `/srv/data/buckets/holdfast-${lab.name}/${lab.name}/${identifier}`;
    return (await inStore(`find ${place} -name '${name}' | sort`)).trim();
  };
  const inStore = async (script: string): Promise<string> =>
    (await podman(["exec", servicesName(lab.name), "bash", "-c", script])).stdout;
  const nothingLeft = async (name: string) =>
    expect((await lab.on("ops-1", `ls -d ${SCRATCH}/${name} ${SCRATCH}/${name}.order`)).stdout).toBe("");
  return { application, everythingInBucket, inStore, nothingLeft, objects, restore, restored };
}
