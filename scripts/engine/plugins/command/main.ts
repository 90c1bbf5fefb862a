import { setMaxListeners } from "node:events";
import { VERSIONS } from "../../versions.ts";
import { EngineLog } from "../rpc/engine-log.ts";
import { provider } from "../rpc/provider.ts";
import { serve } from "../rpc/server.ts";
import { commandKind } from "./command.ts";
import { runLocally } from "./local.ts";
import { runRemotely } from "./remote.ts";

const log = new EngineLog(process.argv[2] ?? "");
const cancellation = new AbortController();
// Every running command listens.
setMaxListeners(0, cancellation.signal);

await serve(
  provider({
    version: VERSIONS.command,
    kinds: {
      "command:local:Command": commandKind("local", runLocally, log, cancellation.signal),
      "command:remote:Command": commandKind("remote", runRemotely, log, cancellation.signal),
    },
    cancel: () => cancellation.abort(),
  }),
);
