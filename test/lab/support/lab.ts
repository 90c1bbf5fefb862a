import { writeFile } from "node:fs/promises";
import { execa } from "execa";
import { stringify } from "yaml";
import type { ClusterStatus, MemberStatus } from "../../../scripts/cli/status.ts";
import { PROJECT_ROOT } from "../../../scripts/project.ts";
import { podman, podmanCommand, remainsOf } from "../../../scripts/stack/containers.ts";
import { servicesName, stackFile } from "../../../scripts/stack/labs.ts";
import { hostNamed, readStack, type Stack } from "../../../scripts/stack/outputs.ts";
import { type RemoteResult, runOnHost } from "../../../scripts/stack/ssh.ts";
import { removeTestLab } from "./machine.ts";

const MINUTE = 60_000;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export const containerOf = (lab: string, host: string): string => `holdfast-${lab}-${host}`;

/** A stack of a test's own, driven as a user drives it: by ./holdfast and by pulumi after ./activate. */
export class Lab {
  readonly name: string;
  #stack: Stack | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Writes the stack's file: the settings below "holdfast:". */
  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const local = { services: servicesName(this.name), ...(settings["local"] as object | undefined) };
    const config = { platform: "local", ...settings, local };
    await writeFile(
      stackFile(this.name),
      stringify({
        config: Object.fromEntries(Object.entries(config).map(([key, value]) => [`holdfast:${key}`, value])),
      }),
    );
  }

  /** A verb of ./holdfast on this stack. */
  holdfast(...args: string[]): Promise<Ran> {
    const [verb = "", ...rest] = args;
    return this.#run("./holdfast", [verb, "--stack", this.name, ...rest]);
  }

  /** A verb of ./holdfast alerts on this stack. */
  alerts(verb: string, ...rest: string[]): Promise<Ran> {
    return this.machine("alerts", verb, "--stack", this.name, ...rest);
  }

  /** A verb of ./holdfast that is not about one stack. */
  machine(...args: string[]): Promise<Ran> {
    return this.#run("./holdfast", args);
  }

  /** A command line in a shell for this stack, in the way of the README. */
  activated(line: string): Promise<Ran> {
    return this.#run("sh", ["-c", `export PULUMI_STACK=${this.name} && . ./activate && ${line}`]);
  }

  /** The outputs, read again only after `forget`. */
  async stack(): Promise<Stack> {
    this.#stack ??= await readStack(this.name);
    return this.#stack;
  }

  forget(): void {
    this.#stack = undefined;
  }

  async status(): Promise<ClusterStatus> {
    // A cluster without a leader makes the command's exit code 1, and its text is there all the same.
    const { stdout, stderr } = await this.holdfast("status", "--json");
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** Runs a script as root on a host. */
  async on(host: string, script: string, timeoutSeconds = 60): Promise<RemoteResult> {
    const stack = await this.stack();
    return runOnHost(stack, hostNamed(stack, host), script, timeoutSeconds);
  }

  async sql(host: string, query: string): Promise<string> {
    const { stdout, stderr, code } = await this.on(
      host,
      `runuser -u postgres -- psql -XAtqd postgres <<'SQL'\n${query}\nSQL\n`,
    );
    if (code !== 0) {
      throw new Error(`psql on ${host}: ${stderr}`);
    }
    return stdout.trim();
  }

  /** Runs a script as root in a host's container, for which no network of the host is needed. */
  async inside(host: string, script: string): Promise<string> {
    const [program, ...args] = podmanCommand(["exec", "--interactive", containerOf(this.name, host)]);
    const result = await execa(program, [...args, "bash", "-euo", "pipefail", "-s"], {
      input: script,
      reject: false,
      timeout: MINUTE,
    });
    if (result.failed) {
      throw new Error(`in the container of ${host}: ${result.stderr || result.shortMessage}`);
    }
    return result.stdout;
  }

  /** podman on a host's container. */
  async container(
    verb: "kill" | "start" | "stop" | "restart" | "pause" | "unpause",
    host: string,
  ): Promise<void> {
    const result = await podman([verb, containerOf(this.name, host)]);
    if (result.failed) {
      throw new Error(`podman ${verb} ${host}: ${result.stderr}`);
    }
  }

  /** Takes the hosts and the network away without the engine, as for a cluster that it did not make. */
  async removeContainers(): Promise<void> {
    const { containers, volumes, networks } = await remainsOf(this.name);
    await podman(["rm", "--force", "--time", "1", ...containers]);
    await podman(["volume", "rm", "--force", ...volumes]);
    await podman(["network", "rm", "--force", ...networks]);
  }

  async remove(): Promise<void> {
    await removeTestLab(this.name);
  }

  async #run(program: string, args: readonly string[]): Promise<Ran> {
    const started = Date.now();
    const result = await execa(program, [...args], {
      cwd: PROJECT_ROOT,
      reject: false,
      timeout: 20 * MINUTE,
      stdin: "ignore",
    });
    return {
      code: result.exitCode ?? 255,
      stdout: result.stdout,
      stderr: result.stderr,
      seconds: (Date.now() - started) / 1000,
    };
  }
}

/** Polls until the condition gives something, and says what was awaited when it never does. */
export async function eventually<T>(
  what: string,
  seconds: number,
  condition: () => Promise<T | undefined | false>,
  everyMs = 200,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`after ${seconds} s still not: ${what} (last: ${String(last)})`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** All members there: one leader, the others streaming, on one timeline. */
export function wholeCluster(lab: Lab, seconds: number): Promise<ClusterStatus> {
  return eventually("one leader and all others streaming on its timeline", seconds, async () => {
    const status = await lab.status();
    return isWhole(status.members) ? status : undefined;
  });
}

export function isWhole(members: readonly MemberStatus[]): boolean {
  const leaders = members.filter((member) => member.role === "leader" && member.state === "running");
  const standbys = members.filter((member) => member.role !== "leader" && member.state === "streaming");
  const timelines = new Set(members.map((member) => member.timeline));
  return leaders.length === 1 && standbys.length === members.length - 1 && timelines.size === 1;
}
