import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

/**
 * The root of the project, from where plugins run: the folder of Pulumi.yaml's `main`. Relative, because an absolute
 * path would differ between two workstations and so run every command again.
 */
const PROJECT_ROOT = "..";

export interface LocalCommandArgs {
  /** Runs on the machine of the update, in the project's root. It must be safe to run again. */
  readonly create: string;
  readonly delete?: string;
  readonly environment?: Record<string, pulumi.Input<string>>;
  readonly stdin?: pulumi.Input<string>;
  readonly triggers?: readonly pulumi.Input<unknown>[];
  /** Standard error shows what is being done; standard output is the value. Off for commands that touch secrets. */
  readonly quiet?: boolean;
  /** Default: the engine's own, without end. */
  readonly timeoutSeconds?: number;
}

/** The only place that makes a local command. */
export function localCommand(
  name: string,
  args: LocalCommandArgs,
  opts: pulumi.CustomResourceOptions,
): local.Command {
  const { quiet, triggers, timeoutSeconds, ...rest } = args;
  const timeout = timeoutSeconds === undefined ? undefined : `${timeoutSeconds}s`;
  return new local.Command(
    name,
    {
      ...rest,
      ...(triggers ? { triggers: [...triggers] } : {}),
      dir: PROJECT_ROOT,
      addPreviousOutputInEnv: false,
      logging: quiet ? local.Logging.None : local.Logging.Stderr,
    },
    timeout === undefined ? opts : { ...opts, customTimeouts: { create: timeout, update: timeout } },
  );
}

export interface SecretCommandArgs extends Pick<LocalCommandArgs, "create" | "stdin"> {
  /** Whether the first value stays for good, whatever changes in the command: for keys that others trust. */
  readonly once: boolean;
}

/**
 * A value that a command makes and that lives in the encrypted state from then on: the command prints it as JSON.
 * Its standard input, too, is kept from every log and preview.
 */
export function secretFromCommand<T>(
  name: string,
  { once, ...args }: SecretCommandArgs,
  opts: pulumi.CustomResourceOptions,
  parse: (text: string) => T,
): pulumi.Output<T> {
  const command = localCommand(
    name,
    { ...args, ...(args.stdin === undefined ? {} : { stdin: pulumi.secret(args.stdin) }), quiet: true },
    { ...opts, additionalSecretOutputs: ["stdout"], ...(once ? { ignoreChanges: ["create", "stdin"] } : {}) },
  );
  return pulumi.secret(command.stdout).apply(parse);
}
