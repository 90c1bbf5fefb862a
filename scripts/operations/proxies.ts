import { MAINTENANCE_MARK } from "../../components/paths.ts";
import { UserError } from "../report.ts";
import { type AddressStatus, addressesOf } from "../stack/endpoint.ts";
import type { Stack } from "../stack/outputs.ts";
import { runOnHost } from "../stack/ssh.ts";
import { poll } from "./wait.ts";

/** A proxy asks the members several times a second. */
const PROXY_SECONDS = 10;

/** Clients know all proxies: one that leads nowhere would be found out on the day when the others are gone. */
export async function everyProxyLeads(stack: Stack): Promise<void> {
  const proxies = stack.hosts.filter(({ role }) => role === "proxy");
  const marks = await Promise.all(
    proxies.map((proxy) => runOnHost(stack, proxy, `test -e ${MAINTENANCE_MARK}`)),
  );
  for (const endpoint of ["writer", "reader"] as const) {
    let wrong: readonly AddressStatus[] = [];
    const all = await poll(PROXY_SECONDS, async () => {
      // Each proxy has one address, in the same order.
      const addresses = (await addressesOf(stack, endpoint)).filter((_, index) => marks[index]?.code !== 0);
      const primary = addresses.find(({ leadsTo }) => leadsTo !== null)?.leadsTo;
      wrong = addresses.filter(
        ({ leadsTo }) => leadsTo === null || (endpoint === "writer" && leadsTo !== primary),
      );
      return wrong.length === 0 ? true : undefined;
    });
    if (all === undefined) {
      const seen = wrong.map(
        ({ address, leadsTo, problem }) =>
          `${address} ${leadsTo === null ? `leads nowhere (${problem})` : `leads to ${leadsTo}`}`,
      );
      throw new UserError(
        `the ${endpoint} endpoint does not lead where it should through every proxy: ${seen.join("; ")}`,
        "look at the proxies: ./holdfast status, ./holdfast logs proxy-1 haproxy",
      );
    }
  }
}
