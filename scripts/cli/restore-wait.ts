import { report, UserError } from "../report.ts";
import type { RestoreStatus, Restores } from "../stack/restores.ts";
import { span } from "./restore-text.ts";

const POLL_MS = 1000;

type StatusOf<State> = Extract<RestoreStatus, { readonly state: State }>;

/** Says where the restore is until it is so far. It goes on when nobody waits any more. */
export async function untilRestore<State extends "open" | "ready">(
  restores: Restores,
  name: string,
  wanted: State,
): Promise<StatusOf<State>> {
  const started = Date.now();
  const is = (status: RestoreStatus): status is StatusOf<State> => status.state === wanted;
  let said = "";
  for (;;) {
    const status = await restores.status(name);
    if (status === undefined) {
      throw new UserError(
        "the restore ended without a word, as after a kill or a reboot of its host",
        `see its log (./holdfast ssh ${restores.host.name} -- sudo journalctl -n 50 -u holdfast-restore@${name}) and run it again`,
      );
    }
    if (is(status)) return status;
    if (status.state === "failed") throw new UserError(status.cause, status.advice);
    if (status.state === "restoring") {
      const [done, total] = status.progress ?? [0, 0];
      const percent = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : "";
      const line = `${status.stage}${percent}`;
      if (line !== said) report(`${line}, ${span((Date.now() - started) / 1000)}`);
      said = line;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
