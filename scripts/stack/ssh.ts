import ssh2 from "ssh2";
import { UserError } from "../report.ts";
import type { Stack, StackHost } from "./outputs.ts";

export interface RemoteResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with bash on a host, as root, over a connection that is refused unless the host proves its key. */
export function runOnHost(
  stack: Pick<Stack, "sshPrivateKey">,
  host: StackHost,
  script: string,
  timeoutSeconds = 15,
): Promise<RemoteResult> {
  const client = new ssh2.Client();
  return new Promise<RemoteResult>((resolve, reject) => {
    const unreachable = (why: string) =>
      reject(
        new UserError(
          `${host.name} (${host.ssh.host}:${host.ssh.port}) does not answer: ${why}`,
          `see whether it runs${host.ssh.host === "127.0.0.1" ? ": podman ps -a" : ""}`,
        ),
      );
    // The library's own words, "host denied", would send people looking for a host that is down.
    const wrongKey = () =>
      reject(
        new UserError(
          `${host.name} (${host.ssh.host}:${host.ssh.port}) shows another SSH host key than the one pinned for it; nothing was sent`,
          "if you rebuilt this host by hand, have the program rebuild it: pulumi up --replace with the host's URN; if not, somebody else answers in its place",
        ),
      );
    const timer = setTimeout(() => unreachable(`nothing for ${timeoutSeconds} s`), timeoutSeconds * 1000);
    client
      .on("error", (error) => unreachable(error.message))
      .on("close", () => clearTimeout(timer))
      .on("ready", () => {
        client.exec("sudo -n bash -s", (error, channel) => {
          if (error) return unreachable(error.message);
          let stdout = "";
          let stderr = "";
          channel
            .on("data", (chunk: Buffer) => {
              stdout += chunk.toString();
            })
            .on("close", (code: number | null) => resolve({ code: code ?? 255, stdout, stderr }));
          channel.stderr.on("data", (chunk: Buffer) => {
            stderr += chunk.toString();
          });
          channel.end(script);
        });
      })
      .connect({
        host: host.ssh.host,
        port: host.ssh.port,
        username: host.ssh.user,
        privateKey: stack.sshPrivateKey,
        readyTimeout: timeoutSeconds * 1000,
        algorithms: { serverHostKey: ["ssh-ed25519"] },
        hostVerifier: (key: Buffer) => {
          const pinned = key.toString("base64") === host.ssh.hostKey.split(" ")[1];
          // Before the library reports its refusal, which then comes too late to be heard.
          if (!pinned) wrongKey();
          return pinned;
        },
      });
  }).finally(() => client.end());
}
