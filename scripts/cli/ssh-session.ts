import { hostNamed, readStack, type Stack, type StackHost } from "../stack/outputs.ts";
import { withSecretFiles } from "./credentials.ts";

/** OpenSSH's client on a host, with the host's key pinned as the stack knows it; gives the command's exit code. */
export function runSsh(
  stack: Pick<Stack, "sshPrivateKey">,
  host: StackHost,
  command: readonly string[],
  { terminal = false } = {},
): Promise<number> {
  return withSecretFiles(
    { key: stack.sshPrivateKey, known_hosts: `${host.name} ${host.ssh.hostKey}\n` },
    (files) => ({
      program: "ssh",
      args: [
        ...(terminal ? ["-t"] : []),
        ...["-i", files["key"] ?? "", "-p", String(host.ssh.port)],
        ...["-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"],
        ...["-o", `UserKnownHostsFile=${files["known_hosts"]}`, "-o", "StrictHostKeyChecking=yes"],
        ...["-o", `HostKeyAlias=${host.name}`, "-o", "HostKeyAlgorithms=ssh-ed25519"],
        `${host.ssh.user}@${host.ssh.host}`,
        ...command,
      ],
    }),
  );
}

export async function sshSession(
  stackName: string,
  hostName: string,
  command: readonly string[],
): Promise<void> {
  const stack = await readStack(stackName);
  process.exitCode = await runSsh(stack, hostNamed(stack, hostName), command);
}
