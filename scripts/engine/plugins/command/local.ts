import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Properties, Value } from "../rpc/properties.ts";
import type { Finished, Run } from "./command.ts";

/** Runs a command on this machine, in a process group of its own so that a cancellation ends all of it. */
export function runLocally(run: Run): Promise<Finished> {
  const { inputs } = run;
  const [program = "/bin/sh", ...args] = interpreterOf(inputs["interpreter"]);
  return new Promise((resolve) => {
    const child = spawn(program, [...args, run.command], {
      cwd: typeof inputs["dir"] === "string" ? inputs["dir"] : process.cwd(),
      env: { ...process.env, ...environmentOf(inputs["environment"]), ...previousOutput(run) },
      detached: true,
    });
    const cancel = () => endGroup(child.pid);
    run.signal.addEventListener("abort", cancel, { once: true });
    if (run.signal.aborted) {
      cancel();
    }
    child.stdout.on("data", run.stdout);
    child.stderr.on("data", run.stderr);
    // A command need not read what it is given.
    child.stdin.on("error", () => {});
    child.stdin.end(typeof inputs["stdin"] === "string" ? inputs["stdin"] : "");
    child.on("error", (error) => resolve({ problem: error.message }));
    child.on("close", (code, signal) => {
      run.signal.removeEventListener("abort", cancel);
      resolve(code === 0 ? {} : { problem: signal ? `signal: ${nameOf(signal)}` : `exit status ${code}` });
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

const nameOf = (signal: NodeJS.Signals): string =>
  signal === "SIGKILL" ? "killed" : `${signal} (${constants.signals[signal]})`;

const interpreterOf = (value: Value | undefined): readonly string[] =>
  Array.isArray(value) && value.length > 0 ? value.map(String) : ["/bin/sh", "-c"];

export function environmentOf(value: Value | undefined): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return {};
  }
  // The checks above leave only objects.
  return Object.fromEntries(Object.entries(value as Properties).map(([name, text]) => [name, String(text)]));
}

/** What the run before printed, under the documented names, unless the user does not want it. */
export function previousOutput(run: Pick<Run, "inputs" | "previous">): Record<string, string> {
  if (run.inputs["addPreviousOutputInEnv"] === false) {
    return {};
  }
  const { stdout, stderr } = run.previous;
  return {
    ...(stdout === "" ? {} : { PULUMI_COMMAND_STDOUT: stdout }),
    ...(stderr === "" ? {} : { PULUMI_COMMAND_STDERR: stderr }),
  };
}
