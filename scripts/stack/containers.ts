import { execa } from "execa";
import type { Report } from "../report.ts";

/** The command line of podman as root, as the lab runs it: the program, then its arguments. */
export const podmanCommand = (args: readonly string[]): readonly [string, ...string[]] =>
  process.getuid?.() === 0 ? ["podman", ...args] : ["sudo", "-n", "podman", ...args];

/** Runs podman; a failure is in the result. */
export const podman = (args: readonly string[]) => {
  const [program, ...rest] = podmanCommand(args);
  return execa(program, rest, { reject: false, timeout: 60_000 });
};

/** Starts a lab's containers again after this machine was: the engine only knows that they were made. */
export async function startContainers(stack: string, report: Report): Promise<void> {
  for (const label of ["holdfast-services", `holdfast=${stack}`]) {
    const { stdout } = await podman([
      ...["ps", "--all", "--filter", `label=${label}`, "--format", "{{.Names}}"],
      ...["--filter", "status=exited", "--filter", "status=created"],
    ]);
    const names = stdout.split("\n").filter(Boolean);
    if (names.length > 0) {
      report(`starting ${names.join(", ")}`);
      await podman(["start", ...names]);
    }
  }
}
