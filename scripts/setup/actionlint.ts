import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../engine/cache.ts";
import { goBuild } from "../engine/go-build.ts";
import type { Report } from "../report.ts";

/** As in scripts/actionlint/go.mod, which pins it and all that it is made of. */
const VERSION = "1.7.12";

export const actionlintProgram = (): string => join(cacheFolder(), "tools", `actionlint-${VERSION}`);

/** The checker of the workflows under .github, which no package of npm or Debian brings. */
export async function ensureActionlint(report: Report): Promise<void> {
  if (existsSync(actionlintProgram())) return;
  await goBuild(
    {
      title: `actionlint ${VERSION}`,
      folder: fileURLToPath(new URL("../actionlint/", import.meta.url)),
      package: "github.com/rhysd/actionlint/cmd/actionlint",
      linkerFlags: "-s -w",
      output: actionlintProgram(),
      minutes: 1,
    },
    report,
  );
}
