/**
 * Stands in for the plugin of commands: what runs on hosts, and what would reach them, is written down and answered; all
 * other commands of the workstation run. Environment: REHEARSAL_LOG.
 */
import { appendFileSync } from "node:fs";
import { commandKind, type Run } from "../../../../scripts/engine/plugins/command/command.ts";
import { runLocally } from "../../../../scripts/engine/plugins/command/local.ts";
import { EngineLog } from "../../../../scripts/engine/plugins/rpc/engine-log.ts";
import { provider } from "../../../../scripts/engine/plugins/rpc/provider.ts";
import { serve } from "../../../../scripts/engine/plugins/rpc/server.ts";
import { VERSIONS } from "../../../../scripts/engine/versions.ts";
import { certificateRequests } from "../../../support/certificate-requests.ts";

const engineLog = new EngineLog(process.argv[2] ?? "");

async function recorded({ command, inputs, stdout }: Run) {
  const connection = inputs["connection"] as { host?: string; proxy?: { host?: string } } | undefined;
  appendFileSync(
    process.env["REHEARSAL_LOG"] ?? "",
    `${JSON.stringify({ call: "run", host: connection?.host, through: connection?.proxy?.host, command })}\n`,
  );
  const asked = typeof inputs["stdin"] === "string" ? inputs["stdin"] : "";
  stdout(Buffer.from(command.endsWith("agent keys") ? await certificateRequests(asked) : "done\n"));
  return {};
}

const OVER_SSH = "scripts/operations/in-effect.ts";
const signal = new AbortController().signal;

await serve(
  provider({
    version: VERSIONS.command,
    kinds: {
      "command:local:Command": commandKind(
        "local",
        (run) => (run.command.includes(OVER_SSH) ? recorded(run) : runLocally(run)),
        engineLog,
        signal,
      ),
      "command:remote:Command": commandKind("remote", recorded, engineLog, signal),
    },
    cancel: () => undefined,
  }),
);
