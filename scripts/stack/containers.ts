import { execa } from "execa";
import { type Report, UserError } from "../report.ts";

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
  const stopped = await Promise.all(
    ["holdfast-services", `holdfast=${stack}`].map((label) =>
      listed(
        ...["ps", "--all", "--filter", `label=${label}`, "--format", "{{.Names}}"],
        ...["--filter", "status=exited", "--filter", "status=created"],
      ),
    ),
  );
  for (const names of stopped) {
    if (names.length > 0) {
      report(`starting ${names.join(", ")}`);
      const { failed, stderr } = await podman(["start", ...names]);
      if (failed) {
        throw new UserError(
          `not all containers could be started: ${stderr}`,
          "mend the cause that podman names",
        );
      }
      await Promise.all(names.map(booted));
    }
  }
}

const BOOT_SECONDS = 60;

/** Whoever asks a host at once would hear that nobody listens. */
async function booted(container: string): Promise<void> {
  const deadline = Date.now() + BOOT_SECONDS * 1000;
  // Each question waits itself, until systemd has started everything.
  for (;;) {
    const { stdout } = await podman(["exec", container, "systemctl", "is-system-running", "--wait"]);
    // With a unit that failed it is "degraded", and SSH may well be there.
    if (stdout === "running" || stdout === "degraded") return;
    if (Date.now() > deadline) {
      throw new UserError(
        `${container} was started and is not up after ${BOOT_SECONDS} s: ${stdout || "it does not answer"}`,
        `see its last lines: podman exec ${container} journalctl -n 30`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The lines that podman prints. No answer is an error: as an empty list it would say that all hosts are gone. */
export async function listed(...args: string[]): Promise<string[]> {
  const { failed, stdout, stderr, shortMessage } = await podman(args);
  if (failed) {
    throw new UserError(
      `podman did not answer: podman ${args.join(" ")}: ${stderr || shortMessage}`,
      "mend the cause that podman names, then run the command again",
    );
  }
  return stdout.split("\n").filter((line) => line !== "");
}

export interface Remains {
  readonly containers: readonly string[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
}

/** What is there of a lab, but for the object store and the names, which outlive it. */
export async function remainsOf(lab: string): Promise<Remains> {
  const label = `label=holdfast=${lab}`;
  const [containers, volumes, networks] = await Promise.all([
    containersOf(lab),
    listed("volume", "ls", "--filter", label, "--format", "{{.Name}}"),
    listed("network", "ls", "--filter", label, "--format", "{{.Name}}"),
  ]);
  return { containers, volumes, networks };
}

/** Whether they run or not. */
export const containersOf = (lab: string): Promise<string[]> =>
  listed("ps", "--all", "--filter", `label=holdfast=${lab}`, "--format", "{{.Names}}");
