import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { OBJECT_STORE } from "../../infra/local/object-store.ts";
import { cacheFolder } from "../engine/cache.ts";
import { goBuild } from "../engine/go-build.ts";
import { type Engine, ensureEngine } from "../engine/install.ts";
import type { Report } from "../report.ts";
import { podman } from "../stack/containers.ts";
import { ensureActionlint } from "./actionlint.ts";
import { installPackages, isOnPath } from "./apt.ts";
import { ensureHostImage } from "./host-image.ts";
import { ensureMoto } from "./moto.ts";

/** What podman needs for whole systems with networks of their own; Debian only recommends most of it. */
const PODMAN_PACKAGES = ["podman", "runc", "netavark", "aardvark-dns", "iptables", "nftables", "uidmap"];

/** Everything that the local stack needs of this machine. What is there already costs next to nothing. */
export async function prepareMachine(report: Report): Promise<Engine> {
  if (!(await isOnPath("podman"))) {
    await installPackages(PODMAN_PACKAGES, report);
    // Its first command of all chooses a kind of network and warns about the other kind.
    await podman(["info"]);
  }
  await installPrograms(OPERATORS_PROGRAMS, report);
  const engine = await ensureEngine(report);
  await ensureObjectStore(report);
  return engine;
}

/** Programs with the packages that bring them: those that the operator's commands start, and those of the checks. */
const OPERATORS_PROGRAMS = { psql: "postgresql-client", ssh: "openssh-client" } as const;
const CHECKS_PROGRAMS = { shellcheck: "shellcheck" } as const;

/** What the program of reports imports, which the unit tests run with this machine's own Python. */
const REPORT_MODULES = ["markdown", "pygal"].map((module) => ({
  name: `python3-${module}`,
  path: `/usr/lib/python3/dist-packages/${module}`,
}));

/** What the tests need besides. */
export async function prepareForTests(report: Report): Promise<void> {
  await installPrograms(CHECKS_PROGRAMS, report);
  if (!REPORT_MODULES.every(({ path }) => existsSync(path))) {
    await installPackages(
      REPORT_MODULES.map(({ name }) => name),
      report,
    );
  }
  await ensureActionlint(report);
  await ensureMoto(report);
  await ensureHostImage(report);
}

async function installPrograms(packages: Readonly<Record<string, string>>, report: Report): Promise<void> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(packages)) {
    if (!(await isOnPath(program))) {
      missing.push(name);
    }
  }
  if (missing.length > 0) {
    await installPackages(missing, report);
  }
}

export const objectStoreProgram = (): string => join(cacheFolder(), "tools", OBJECT_STORE.program);

export const objectStoreIsThere = (): boolean => existsSync(objectStoreProgram());

/** The program of the lab's object store. */
async function ensureObjectStore(report: Report): Promise<void> {
  if (objectStoreIsThere()) {
    return;
  }
  await goBuild(
    {
      title: `the object store, versitygw ${OBJECT_STORE.version}`,
      folder: fileURLToPath(new URL("../store/", import.meta.url)),
      package: "github.com/versity/versitygw/cmd/versitygw",
      linkerFlags: `-s -w -X main.Version=${OBJECT_STORE.version}`,
      output: objectStoreProgram(),
      minutes: 2,
    },
    report,
  );
}
