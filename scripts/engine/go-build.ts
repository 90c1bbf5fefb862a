import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";

import { type Report, UserError } from "../report.ts";
import { installPackages, isOnPath } from "../setup/apt.ts";
import { cacheFolder } from "./cache.ts";

export interface GoBuild {
  /** What is built, in words for the progress lines. */
  readonly title: string;
  /** The folder to run in; its go.mod and go.sum pin every module. */
  readonly folder: string;
  readonly package: string;
  readonly linkerFlags: string;
  readonly output: string;
  /** About how long it takes on two cores, for the first line. */
  readonly minutes: number;
}

const TIMEOUT_MINUTES = 40;
const REPORT_EVERY_MS = 15_000;
/** Older ones cannot fetch the toolchain that the modules ask for. */
const GO_AT_LEAST = 21;

/**
 * Builds a Go program and puts it in its place only when it is whole, so that an interruption leaves nothing half.
 * Modules and objects, more than 1 GiB, are in a folder of their own, which stays only until the build succeeds.
 */
export async function goBuild(build: GoBuild, report: Report): Promise<void> {
  await requireGo(build.title, report);
  await mkdir(dirname(build.output), { recursive: true });
  const scratch = join(cacheFolder(), "go");
  const unfinished = join(dirname(build.output), `.${basename(build.output)}.${process.pid}`);
  const started = Date.now();
  report(`building ${build.title} from source: about ${build.minutes} min on two cores, once`);
  const clock = setInterval(() => {
    report(`building ${build.title}: ${Math.round((Date.now() - started) / 1000)} s`);
  }, REPORT_EVERY_MS);
  try {
    await execa(
      "go",
      ["build", "-trimpath", "-ldflags", build.linkerFlags, "-o", unfinished, build.package],
      {
        cwd: build.folder,
        timeout: TIMEOUT_MINUTES * 60_000,
        env: {
          // The toolchain that the module asks for is a module itself.
          GOTOOLCHAIN: "auto",
          // Writable, so that the folder can be removed like any other.
          GOFLAGS: "-mod=readonly -modcacherw",
          GOMODCACHE: join(scratch, "modules"),
          GOCACHE: join(scratch, "build"),
        },
        stderr: ["pipe"],
      },
    );
    await rename(unfinished, build.output);
    await rm(scratch, { recursive: true, force: true });
  } catch (error) {
    throw new UserError(
      `${build.title} could not be built in ${build.folder}: ${lastLines(error)}`,
      "mend the cause and run the command again; what was built so far is kept",
      { cause: error },
    );
  } finally {
    clearInterval(clock);
    await rm(unfinished, { force: true });
  }
  report(`built ${build.title} in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Debian's own Go does where there is none: it fetches the toolchain that the modules ask for. */
async function requireGo(title: string, report: Report): Promise<void> {
  if (!(await isOnPath("go"))) {
    await installPackages(["golang-go"], report);
  }
  const { stdout } = await execa("go", ["env", "GOVERSION"], { reject: false });
  const minor = Number(/^go1\.(\d+)/.exec(stdout ?? "")?.[1] ?? 0);
  if (minor < GO_AT_LEAST) {
    throw new UserError(
      `${title} has to be built from source here, which needs Go 1.${GO_AT_LEAST} or newer, and this machine has ${stdout || "none"}`,
      "install a newer Go from its own site and run the command again",
    );
  }
}

function lastLines(error: unknown): string {
  const text = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  return text.trim().split("\n").slice(-8).join("\n");
}
