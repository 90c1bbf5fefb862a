import pg from "pg";
import { UserError } from "../report.ts";
import type { Endpoint, Stack } from "./outputs.ts";

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

/** Connects to an endpoint, through the first of its proxies that answers, and verifies its certificate. */
export async function connect(stack: Stack, endpoint: Endpoint, login: Login): Promise<pg.Client> {
  const problems: string[] = [];
  for (const { host, port } of stack.endpoints[endpoint]) {
    const client = new pg.Client({
      host,
      port,
      user: login.role,
      database: login.database,
      password: stack.passwords[login.role],
      ssl: { ca: stack.certificateAuthority },
      connectionTimeoutMillis: 5000,
      query_timeout: 15_000,
      application_name: "holdfast",
    });
    // A server that goes away later is reported by the query, not by the end of this process.
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      problems.push(`${host}:${port}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new UserError(
    `the endpoint ${endpoint} does not answer: ${problems.join("; ")}`,
    "look at ./holdfast status",
  );
}
