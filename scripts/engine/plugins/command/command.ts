import { randomBytes } from "node:crypto";
import type { EngineLog } from "../rpc/engine-log.ts";
import {
  containsUnknown,
  type Properties,
  reveal,
  revealAll,
  UNKNOWN,
  type Value,
} from "../rpc/properties.ts";
import type { ResourceKind, Target } from "../rpc/provider.ts";
import { UserError } from "../rpc/server.ts";
import { checkInputs, type Where } from "./inputs.ts";
import { LineReader, type Sink } from "./lines.ts";

export interface Finished {
  /** Text after which the command's line and output are told: "exit status 3". Absent when it went well. */
  readonly problem?: string;
}

export interface Run {
  readonly command: string;
  readonly inputs: Properties;
  /** What the run before printed, for the command's environment. */
  readonly previous: { readonly stdout: string; readonly stderr: string };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly signal: AbortSignal;
  /** Shown beside the resource while it is at work. */
  readonly report: (message: string) => void;
  /** Shown to the end and afterwards. */
  readonly warn: (message: string) => void;
}

export type Runner = (run: Run) => Promise<Finished>;

/**
 * local.Command and remote.Command differ only in how a command runs.
 *
 * What a command prints is as open as the official plugin has it: secret inputs do not make it secret, so a step that
 * prints a secret needs `additionalSecretOutputs`.
 */
export function commandKind(where: Where, runner: Runner, log: EngineLog, signal: AbortSignal): ResourceKind {
  const run = async (target: Target, command: Value | undefined, inputs: Properties, before: Properties) => {
    if (typeof command !== "string") {
      return { stdout: textOf(before["stdout"]), stderr: textOf(before["stderr"]) };
    }
    return execute(target, command, inputs, before, runner, log, signal);
  };
  return {
    check: (inputs) => checkInputs(where, inputs),
    replacedBy: ["triggers"],
    defaults: { addPreviousOutputInEnv: true },
    async create(target, inputs, preview) {
      const id = `${target.name}${randomBytes(4).toString("hex")}`;
      if (preview) {
        return { id, outputs: { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN } };
      }
      const plain = known(inputs);
      return { id, outputs: { ...inputs, ...(await run(target, plain["create"], plain, {})) } };
    },
    async update(target, inputs, before, preview) {
      if (preview) {
        return { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN };
      }
      const plain = known(inputs);
      const command = plain["update"] ?? plain["create"];
      return { ...inputs, ...(await run(target, command, plain, revealAll(before))) };
    },
    async delete(target, state) {
      const plain = revealAll(state);
      await run(target, plain["delete"], plain, plain);
    },
  };
}

/** Inputs to run with, so without marks of secrecy; a value that nobody knows yet would run as a text. */
function known(inputs: Properties): Properties {
  const unknown = Object.keys(inputs).filter((key) => containsUnknown(inputs[key] ?? null));
  if (unknown.length > 0) {
    throw new UserError(`the value of "${unknown.join('", "')}" is not known, so nothing was run`);
  }
  return revealAll(inputs);
}

async function execute(
  target: Target,
  command: string,
  inputs: Properties,
  before: Properties,
  runner: Runner,
  log: EngineLog,
  signal: AbortSignal,
): Promise<{ stdout: string; stderr: string }> {
  if (signal.aborted) {
    throw new UserError("cancelled before the command ran");
  }
  const logging = inputs["logging"] ?? "stdoutAndStderr";
  const together: Buffer[] = [];
  const keep = (shown: boolean) => {
    const own: Buffer[] = [];
    const lines = new LineReader((line) => (shown ? log.status(target.urn, line) : Promise.resolve()));
    return {
      sink: (chunk: Buffer) => {
        own.push(chunk);
        together.push(chunk);
        lines.write(chunk);
      },
      end: () => lines.end(),
      // One line's end is not part of the value.
      text: () => Buffer.concat(own).toString("utf8").replace(/\n$/, ""),
    };
  };
  const stdout = keep(logging === "stdout" || logging === "stdoutAndStderr");
  const stderr = keep(logging === "stderr" || logging === "stdoutAndStderr");
  const { problem } = await runner({
    command,
    inputs,
    previous: { stdout: textOf(before["stdout"]), stderr: textOf(before["stderr"]) },
    stdout: stdout.sink,
    stderr: stderr.sink,
    signal,
    report: (message) => void log.status(target.urn, message),
    warn: (message) => void log.warning(target.urn, message),
  });
  await Promise.all([stdout.end(), stderr.end()]);
  if (problem !== undefined) {
    throw new UserError(
      `${problem}: running ${JSON.stringify(command)}:\n${Buffer.concat(together).toString("utf8")}`,
    );
  }
  return { stdout: stdout.text(), stderr: stderr.text() };
}

const textOf = (value: Value | undefined): string => {
  const revealed = reveal(value ?? "");
  return typeof revealed === "string" ? revealed : "";
};
