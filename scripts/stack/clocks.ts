import { UserError } from "../report.ts";
import type { Stack } from "./outputs.ts";
import { runOnHost } from "./ssh.ts";

/** Certificates bear an hour; what people compare across hosts are logs, and there half a minute is another story. */
const MOST_SECONDS = 30;

/**
 * How far a host's clock is ahead of this machine's, in seconds: the host was asked between the two times, so by less
 * than that it cannot be told from right.
 */
export function aheadBy(askedMs: number, hostsMs: number, answeredMs: number): number {
  if (hostsMs < askedMs) return (hostsMs - askedMs) / 1000;
  return hostsMs > answeredMs ? (hostsMs - answeredMs) / 1000 : 0;
}

/** Ends with an error that names every host whose clock is too far from this machine's. */
export async function requireClocks(stack: Pick<Stack, "sshPrivateKey" | "hosts">): Promise<void> {
  const off = await Promise.all(
    stack.hosts.map(async (host) => {
      const asked = Date.now();
      const { stdout } = await runOnHost(stack, host, "date +%s%3N");
      return { name: host.name, ahead: aheadBy(asked, Number(stdout), Date.now()) };
    }),
  );
  const wrong = off.filter(({ ahead }) => Math.abs(ahead) > MOST_SECONDS);
  if (wrong.length > 0) {
    const clocks = wrong.map(
      ({ name, ahead }) => `${name} is ${Math.abs(ahead).toFixed(0)} s ${ahead > 0 ? "ahead" : "behind"}`,
    );
    throw new UserError(
      `clocks differ from this machine's by more than ${MOST_SECONDS} s, and certificates and logs depend on them: ${clocks.join("; ")}`,
      "set the clock that is wrong (on a host: sudo chronyc makestep; here: timedatectl), then run the command again",
    );
  }
}
