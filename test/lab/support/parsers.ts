import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { z } from "zod";
import { HOST_IMAGE } from "../../../scripts/setup/host-image.ts";
import { podmanCommand } from "../../../scripts/stack/containers.ts";
import { labName } from "./machine.ts";

/** What the programs of a host shall read; parsers.py says what each is. */
export interface Given {
  readonly bundle: string;
  readonly names: readonly (readonly [patroni: string, etcd: string])[];
  readonly values: readonly (readonly [parameter: string, value: unknown])[];
  readonly zones: readonly string[];
}

const answerSchema = z.object({
  texts: z.array(z.string()),
  names: z.array(z.object({ scope: z.unknown(), etcd: z.array(z.string()) })),
  values: z.array(
    z.object({
      written: z.string().nullable(),
      refused: z.string().nullable(),
      number: z.string().nullable(),
    }),
  ),
  missingZones: z.array(z.string()),
});
type Answer = z.infer<typeof answerSchema>;

const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** One container of the host image, without systemd and without a network, for all of it. */
export async function readByHost(given: Given): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-parsers-"));
  try {
    await Promise.all([
      copyFile(beside("parsers.py"), join(folder, "parsers.py")),
      copyFile(beside("../../../components/remote/agent.sh"), join(folder, "agent")),
      writeFile(join(folder, "bundle"), given.bundle),
      ...(["names", "values", "zones"] as const).map((name) =>
        writeFile(join(folder, name), JSON.stringify(given[name])),
      ),
    ]);
    const [program, ...rest] = podmanCommand([
      ...["run", "--rm", "--label", `holdfast=${labName("-parsers")}`, "--network", "none"],
      // Some machines let limits only be lowered.
      ...["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"],
      ...["--volume", `${folder}:/input:ro`, HOST_IMAGE, "python3", "/input/parsers.py"],
    ]);
    const { stdout } = await execa(program, rest, { timeout: 200_000 });
    return answerSchema.parse(JSON.parse(stdout));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
