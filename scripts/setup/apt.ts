import { execa } from "execa";
import { type Report, UserError } from "../report.ts";

const TIMEOUT_MS = 15 * 60_000;

export async function isOnPath(program: string): Promise<boolean> {
  const { failed } = await execa("sh", ["-c", `command -v ${program}`], { reject: false });
  return !failed;
}

/** Installs packages of Debian or Ubuntu, as root or through a sudo that does not ask. */
export async function installPackages(packages: readonly string[], report: Report): Promise<void> {
  const list = packages.join(" ");
  if (!(await isOnPath("apt-get"))) {
    throw new UserError(
      `${list} is missing, and this machine has no apt-get`,
      `install ${list} and run the command again`,
    );
  }
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  report(`installing ${list}`);
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...packages]]) {
    // Not in the environment of the call, which sudo does not hand on.
    const quietly = ["env", "DEBIAN_FRONTEND=noninteractive"];
    const [program = "", ...rest] = [
      ...sudo,
      ...quietly,
      "apt-get",
      "-qq",
      "-o",
      "DPkg::Lock::Timeout=300",
      ...args,
    ];
    const { failed, stderr } = await execa(program, rest, {
      reject: false,
      timeout: TIMEOUT_MS,
    });
    if (failed) {
      throw new UserError(
        `apt-get ${args[0]} failed: ${stderr.trim().split("\n").slice(-4).join("\n")}`,
        `run as root or with a sudo that does not ask, or install ${list} yourself: apt-get install ${list}`,
      );
    }
  }
}
