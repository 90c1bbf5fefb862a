import type { Client, ClientChannel } from "ssh2";
import type { Properties } from "../rpc/properties.ts";
import { UserError } from "../rpc/server.ts";
import type { Finished, Run } from "./command.ts";
import { ConnectionPool, NoSession } from "./connection-pool.ts";
import { environmentOf, previousOutput } from "./local.ts";

const pool = new ConnectionPool();

const ACCEPT_ENV =
  "This only works if the SSH server accepts it by its setting AcceptEnv. " +
  "Alternatively, the command itself can start with NAME=value.";

/** Runs a command over SSH. */
export async function runRemotely(run: Run): Promise<Finished> {
  // The inputs were checked: a connection is an object with a host.
  const connection = run.inputs["connection"] as Properties;
  return pool.use(connection, { signal: run.signal, report: run.report }, async (client) => {
    const environment = await acceptedEnvironment(client, run);
    return execute(client, run.command, environment, run);
  });
}

function execute(
  client: Client,
  command: string,
  env: Record<string, string>,
  run: Pick<Run, "stdout" | "stderr" | "inputs" | "signal">,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    try {
      client.exec(command, { env }, (error, channel) => {
        if (error) {
          // The library gives a reason only where the server refused the session or never saw it.
          reject("reason" in error ? new NoSession(error.message, { cause: error }) : error);
        } else {
          // At once: the end of a short command can come together with its start, and its status is told only once.
          follow(channel, run, resolve);
        }
      });
    } catch (error) {
      reject(new NoSession("the connection had ended", { cause: error }));
    }
  });
}

/**
 * The variables that the server lets through. The library asks for no answer to a request for a variable, so a
 * session before the command's own shows which arrive. A refused input is an error, before anything runs; what the
 * run before printed is left out with a warning.
 */
async function acceptedEnvironment(client: Client, run: Run): Promise<Record<string, string>> {
  const wanted = environmentOf(run.inputs["environment"]);
  const previous = previousOutput(run);
  const all = { ...wanted, ...previous };
  if (Object.keys(all).length === 0) {
    return all;
  }
  const printed: Buffer[] = [];
  await execute(client, "env", all, {
    stdout: (chunk) => printed.push(chunk),
    stderr: () => {},
    inputs: {},
    signal: run.signal,
  });
  const seen = `\n${Buffer.concat(printed).toString("utf8")}\n`;
  const refused = Object.keys(all).filter((name) => !seen.includes(`\n${name}=${all[name]}\n`));
  for (const name of refused) {
    if (!(name in previous)) {
      throw new UserError(`could not set environment variable "${name}". ${ACCEPT_ENV}`);
    }
    run.warn(`Unable to set "${name}". ${ACCEPT_ENV}`);
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => !refused.includes(name)));
}

function follow(
  channel: ClientChannel,
  run: Pick<Run, "stdout" | "stderr" | "inputs" | "signal">,
  done: (finished: Finished) => void,
): void {
  let ended: Finished | undefined;
  const finish = (finished: Finished) => {
    run.signal.removeEventListener("abort", cancel);
    done(finished);
  };
  const cancel = () => {
    channel.close();
    // A server closes its side only after the command's end.
    finish({ problem: "cancelled" });
  };
  channel.on("data", run.stdout);
  channel.stderr.on("data", run.stderr);
  channel.on("exit", (code: number | null, signal?: string) => {
    ended ??=
      code === 0
        ? {}
        : {
            problem: signal ? `Process exited with signal ${signal}` : `Process exited with status ${code}`,
          };
  });
  channel.on("error", (error: Error) => {
    ended ??= { problem: error.message };
  });
  channel.on("close", () =>
    finish(ended ?? { problem: "wait: remote command exited without exit status or exit signal" }),
  );
  channel.end(typeof run.inputs["stdin"] === "string" ? run.inputs["stdin"] : "");
  run.signal.addEventListener("abort", cancel, { once: true });
  if (run.signal.aborted) {
    cancel();
  }
}
