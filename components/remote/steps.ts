import { createHash } from "node:crypto";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { AGENT_FOLDER, AGENT_PATH } from "../paths.ts";
import { AGENT } from "./agent-file.ts";
import type { Host } from "./host.ts";
import { type ManagedFile, renderBundle } from "./managed-file.ts";
import { quote } from "./shell.ts";

export interface Step {
  readonly host: Host;
  readonly after: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
  readonly timeoutSeconds: number;
}

interface CommandStep extends Step {
  readonly name: string;
  /** Runs as root. It must be safe to run again: any changed input runs it again. */
  readonly command: string;
  readonly stdin: pulumi.Input<string>;
  readonly show: boolean;
}

/** The only place that makes a remote command; `components/remote` has the reasons for each of its settings. */
function remoteCommand(step: CommandStep): remote.Command {
  return new remote.Command(
    step.name,
    {
      connection: step.host.connection,
      create: `sudo -n timeout --kill-after=60 ${step.timeoutSeconds} ${step.command}`,
      stdin: step.stdin,
      // Only the machine's identity: a trigger replaces, while changed text updates in place and shows its diff.
      triggers: [step.host.identity],
      addPreviousOutputInEnv: false,
      logging: step.show ? remote.Logging.StdoutAndStderr : remote.Logging.None,
    },
    {
      parent: step.parent,
      dependsOn: [...step.after],
      deletedWith: step.host.resource,
      customTimeouts: { create: `${step.timeoutSeconds + 240}s`, update: `${step.timeoutSeconds + 240}s` },
    },
  );
}

/** The first step on every host: waits for its SSH, then puts the agent there that all other steps speak to. */
export function installAgent(host: Host, parent: pulumi.Resource): remote.Command {
  const place = `mkdir -p ${AGENT_FOLDER} && cat >${AGENT_PATH}.new && chmod 755 ${AGENT_PATH}.new && mv ${AGENT_PATH}.new ${AGENT_PATH}`;
  return remoteCommand({
    name: `${host.name}-agent`,
    host,
    command: `sh -c ${quote(place)}`,
    stdin: AGENT.content,
    show: false,
    after: [host.resource],
    parent,
    timeoutSeconds: 60,
  });
}

export interface KeyRequest {
  readonly path: string;
  readonly owner: string;
  readonly commonName: string;
}

/**
 * Makes the missing private keys on a host, where they stay. Its stdout holds a certificate request for each: a line
 * with the path, then the PEM.
 */
export function generateKeys(step: Step & { name: string; keys: readonly KeyRequest[] }): remote.Command {
  return remoteCommand({
    ...step,
    command: `${AGENT_PATH} keys`,
    stdin: step.keys.map((key) => `${key.path} ${key.owner} ${key.commonName}\n`).join(""),
    show: false,
  });
}

/** Makes an SSH key pair on a host if it is missing. Its stdout is the public half; the private one stays there. */
export function generateSshKey(step: Step & { name: string; path: string; owner: string }): remote.Command {
  return remoteCommand({
    ...step,
    command: `${AGENT_PATH} ssh-key ${step.path} ${step.owner}`,
    stdin: "",
    show: false,
  });
}

export interface ComponentStep extends Step {
  readonly component: string;
  readonly files: pulumi.Input<readonly ManagedFile[]>;
  /** What other hosts have made, unknown before they are there: in a resource of their own, so that it hides no other. */
  readonly learnedFiles?: pulumi.Output<readonly ManagedFile[]>;
  /** In a resource of their own, so that one secret does not hide the diff of all the other files. */
  readonly secretFiles?: pulumi.Output<readonly ManagedFile[]>;
  /** Files of another step that this daemon uses as well: when they change, this one is asked for them. */
  readonly alsoAfterChangeOf?: readonly ManagedFile[];
}

/**
 * Puts a component's files on a host and makes its daemon use them. The files are staged first, which changes
 * nothing; the activation runs when any of them changed, validates, puts in place, reloads or restarts, asks the
 * daemon, and goes back to the files of before when it refuses.
 */
export function installComponent(step: ComponentStep): remote.Command {
  const { host, component } = step;
  const stageBundle = (bundle: string, stdin: pulumi.Input<string>) =>
    remoteCommand({
      ...step,
      name: `${host.name}-${component}-${bundle}`,
      command: `${AGENT_PATH} stage ${component} ${bundle}`,
      stdin,
      show: false,
      timeoutSeconds: 60,
    });
  const staged = [stageBundle("files", pulumi.output(step.files).apply(renderBundle))];
  const sums = [
    pulumi.output(step.files).apply(checksums),
    ...(step.alsoAfterChangeOf ? [pulumi.output(checksums(step.alsoAfterChangeOf))] : []),
  ];
  if (step.learnedFiles) {
    staged.push(stageBundle("learned", step.learnedFiles.apply(renderBundle)));
    sums.push(step.learnedFiles.apply(checksums));
  }
  if (step.secretFiles) {
    staged.push(stageBundle("secrets", pulumi.secret(step.secretFiles.apply(renderBundle))));
    sums.push(pulumi.secret(step.secretFiles.apply(checksums)));
  }
  return remoteCommand({
    ...step,
    name: `${host.name}-${component}`,
    command: `${AGENT_PATH} activate ${component}`,
    stdin: pulumi.all(sums).apply((parts) => parts.join("")),
    show: true,
    after: staged,
  });
}

const checksums = (files: readonly ManagedFile[]): string =>
  files
    .map(
      (file) =>
        `${createHash("sha256").update(JSON.stringify(file)).digest("hex").slice(0, 16)} ${file.path}\n`,
    )
    .sort()
    .join("");
