import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { HOST_IMAGE } from "../../../scripts/setup/host-image.ts";
import { podmanCommand } from "../../../scripts/stack/containers.ts";
import { ALERT_CASES } from "../../support/alerts/cases.ts";
import { GROUPS } from "../../support/alerts/facts.ts";
import { promtoolFiles, RULES_FILE } from "../../support/alerts/promtool.ts";
import { SCENES } from "../../support/alerts/scenes.ts";
import { containerOptions } from "../../support/container-options.ts";
import { labName } from "../support/machine.ts";

/**
 * What Prometheus' own tool says of the rules and of all their cases, in one container of the host image without systemd and
 * without a network. Fails with what it says.
 */
export async function checkRules(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-rules-"));
  try {
    const files = promtoolFiles(GROUPS, ALERT_CASES, SCENES);
    await Promise.all([...files].map(([name, text]) => writeFile(join(folder, name), text)));
    const script = `cd /input && promtool check rules ${RULES_FILE} && promtool test rules ./*.test.yml`;
    const [program, ...rest] = podmanCommand([
      ...[
        "run",
        "--rm",
        ...containerOptions(),
        "--label",
        `holdfast=${labName("-rules")}`,
        "--network",
        "none",
      ],
      ...["--volume", `${folder}:/input:ro`, HOST_IMAGE, "bash", "-c", script],
    ]);
    const { stdout } = await execa(program, rest, { timeout: 280_000 });
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
