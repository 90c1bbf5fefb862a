import { quote } from "../../components/remote/shell.ts";
import type { SshEnd } from "../stack/access.ts";
import { hostNamed, readStack, type Stack, type StackHost } from "../stack/outputs.ts";
import { withSecretFiles } from "./credentials.ts";

/** OpenSSH's client on a host, with the host's key pinned as the stack knows it; gives the command's exit code. */
export function runSsh(
  stack: Pick<Stack, "sshPrivateKey">,
  host: StackHost,
  command: readonly string[],
  { terminal = false } = {},
): Promise<number> {
  const { through } = host.ssh;
  return withSecretFiles(
    {
      key: stack.sshPrivateKey,
      known_hosts: `${host.name} ${host.ssh.hostKey}\n${through ? `way-in ${through.hostKey}\n` : ""}`,
    },
    (files) => {
      const pinned = (alias: string) => [
        ...["-i", files["key"] ?? "", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"],
        ...["-o", `UserKnownHostsFile=${files["known_hosts"]}`, "-o", "StrictHostKeyChecking=yes"],
        ...["-o", `HostKeyAlias=${alias}`, "-o", "HostKeyAlgorithms=ssh-ed25519"],
      ];
      return {
        program: "ssh",
        args: [
          ...(terminal ? ["-t"] : []),
          ...pinned(host.name),
          ...(through ? ["-o", `ProxyCommand=${throughWayIn(through, pinned("way-in"))}`] : []),
          ...["-p", String(host.ssh.port), `${host.ssh.user}@${host.ssh.host}`],
          ...command,
        ],
      };
    },
  );
}

/** Not -J, which takes none of these options along to the machine before the host. */
const throughWayIn = ({ user, host, port }: SshEnd, options: readonly string[]): string =>
  ["ssh", ...options, "-p", String(port), "-W", "%h:%p", `${user}@${host}`].map(quote).join(" ");

export async function sshSession(
  stackName: string,
  hostName: string,
  command: readonly string[],
): Promise<void> {
  const stack = await readStack(stackName);
  process.exitCode = await runSsh(stack, hostNamed(stack, hostName), command);
}
