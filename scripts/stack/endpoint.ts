import { isIP } from "node:net";
import pg from "pg";
import { messageOf, UserError } from "../report.ts";
import type { Endpoint, Reach, Stack } from "./outputs.ts";
import { wayTo } from "./tunnel.ts";

export interface Login {
  readonly role: string;
  readonly database: string;
}

/** The owner of the first database: who may create and drop tables there. */
export function ownerOf(stack: Stack, database = stack.databases[0]): Login {
  if (database === undefined || !stack.databases.includes(database)) {
    throw new UserError(
      `there is no database "${database}" in the stack "${stack.name}"`,
      `name one of: ${stack.databases.join(", ")}`,
    );
  }
  return { role: `${database}_owner`, database };
}

/** Connects to an endpoint at one address, and verifies its certificate. */
async function connectAt(stack: Stack, at: Reach, login: Login): Promise<pg.Client> {
  const way = await wayTo(stack, at);
  const client = new pg.Client({
    host: way.address,
    port: way.port,
    user: login.role,
    database: login.database,
    password: stack.passwords[login.role],
    // Through a tunnel, too, the server proves the name that it has at its own place.
    ssl: { ca: stack.certificateAuthority, ...(isIP(at.host) === 0 ? { servername: at.host } : {}) },
    connectionTimeoutMillis: 5000,
    query_timeout: 15_000,
    application_name: "holdfast",
  });
  // A server that goes away later is reported by the query, not by the end of this process.
  client.on("error", () => undefined);
  client.once("end", () => way.close());
  try {
    await client.connect();
  } catch (error) {
    way.close();
    throw error;
  }
  return client;
}

/** Connects to an endpoint, through the first of its proxies that answers. */
export async function connect(stack: Stack, endpoint: Endpoint, login: Login): Promise<pg.Client> {
  const problems: string[] = [];
  for (const at of stack.endpoints[endpoint]) {
    try {
      return await connectAt(stack, at, login);
    } catch (error) {
      problems.push(`${at.host}:${at.port}: ${messageOf(error)}`);
    }
  }
  throw new UserError(
    `the endpoint ${endpoint} does not answer: ${problems.join("; ")}`,
    "look at ./holdfast status",
  );
}

/** One address of an endpoint, and where it leads. */
export interface AddressStatus {
  readonly address: string;
  /** The member that answered there; null with a problem. */
  readonly leadsTo: string | null;
  readonly problem: string | null;
}

/** Asks every address: a proxy that leads nowhere must not hide behind another one that works. */
export const addressesOf = (stack: Stack, endpoint: Endpoint): Promise<readonly AddressStatus[]> =>
  Promise.all(
    stack.endpoints[endpoint].map(async (at) => {
      const address = `${at.host}:${at.port}`;
      try {
        const client = await connectAt(stack, at, ownerOf(stack));
        try {
          const { rows } = await client.query<{ server: string }>(
            "SELECT host(inet_server_addr()) AS server",
          );
          return { address, leadsTo: hostAt(stack, rows[0]?.server), problem: null };
        } finally {
          await client.end();
        }
      } catch (error) {
        return { address, leadsTo: null, problem: messageOf(error) };
      }
    }),
  );

/** The name of the host with this private address. */
export const hostAt = (stack: Pick<Stack, "hosts">, address: string | undefined): string | null =>
  stack.hosts.find((host) => host.address === address)?.name ?? address ?? null;
