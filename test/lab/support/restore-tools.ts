import { expect } from "vitest";
import { SCRATCH } from "../../../components/restore/names.ts";
import { connect, ownerOf } from "../../../scripts/stack/endpoint.ts";
import type { Lab } from "./lab.ts";

/** What tests of restores ask of the cluster and of what was restored beside it. */
export function restoreTools(lab: Lab) {
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
  const nothingLeft = async (name: string) =>
    expect((await lab.on("ops-1", `ls -d ${SCRATCH}/${name} ${SCRATCH}/${name}.order`)).stdout).toBe("");
  return { application, restored, nothingLeft };
}
