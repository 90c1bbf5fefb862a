import type { ClientChannel } from "ssh2";
import type { Properties } from "../rpc/properties.ts";
import type { Finished, Run } from "./command.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { environmentOf, previousOutput } from "./local.ts";

const pool = new ConnectionPool();

/** Runs a command over SSH. */
export async function runRemotely(run: Run): Promise<Finished> {
  // The inputs were checked: a connection is an object with a host.
  const connection = run.inputs["connection"] as Properties;
  const environment = { ...environmentOf(run.inputs["environment"]), ...previousOutput(run) };
  return pool.use(connection, run.signal, async (client) => {
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.exec(run.command, { env: environment }, (error, opened) =>
        error ? reject(error) : resolve(opened),
      );
    });
    return finish(channel, run);
  });
}

function finish(channel: ClientChannel, run: Run): Promise<Finished> {
  return new Promise((resolve) => {
    let ended: Finished | undefined;
    const cancel = () => {
      ended = { problem: "cancelled" };
      channel.close();
    };
    run.signal.addEventListener("abort", cancel, { once: true });
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
    channel.on("close", () => {
      run.signal.removeEventListener("abort", cancel);
      resolve(ended ?? { problem: "wait: remote command exited without exit status or exit signal" });
    });
    channel.end(typeof run.inputs["stdin"] === "string" ? run.inputs["stdin"] : "");
  });
}
