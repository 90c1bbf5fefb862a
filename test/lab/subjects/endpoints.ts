import pg from "pg";
import { describe, expect, test } from "vitest";
import { connect } from "../../../scripts/stack/endpoint.ts";
import type { Endpoint } from "../../../scripts/stack/outputs.ts";
import type { Lab } from "../support/lab.ts";

const OWNER = { role: "app_owner", database: "app" };
const WRITER = { role: "app_writer", database: "app" };
const READER = { role: "app_reader", database: "app" };

/** What clients meet at the proxies. */
export function endpointTests(lab: Lab): void {
  const session = async <T>(
    endpoint: Endpoint,
    login: { role: string; database: string },
    work: (client: pg.Client) => Promise<T>,
  ): Promise<T> => {
    const client = await connect(await lab.stack(), endpoint, login);
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  /** A connection whose parameters are the test's own; gives the error's text, or undefined when it worked. */
  const attempt = async (change: Partial<pg.ClientConfig>, endpoint: Endpoint = "writer") => {
    const stack = await lab.stack();
    const [address] = stack.endpoints[endpoint];
    const client = new pg.Client({
      ...address,
      user: OWNER.role,
      database: OWNER.database,
      password: stack.passwords[OWNER.role],
      ssl: { ca: stack.certificateAuthority },
      connectionTimeoutMillis: 5000,
      ...change,
    });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.end();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  describe("endpoints", () => {
    test("transaction pools keep named prepared statements", async () => {
      await session("writer", OWNER, async (client) => {
        for (let round = 0; round < 5; round++) {
          const { rows } = await client.query<{ sum: number }>({
            name: "sum",
            text: "SELECT $1::int + 1 AS sum",
            values: [round],
          });
          expect(rows).toEqual([{ sum: round + 1 }]);
        }
      });
    });

    test("whole sessions keep what was set in them", async () => {
      await session("writerSession", OWNER, async (client) => {
        await client.query("SET application_name = 'kept'; CREATE TEMP TABLE mine (a int)");
        const { rows } = await client.query("SELECT current_setting('application_name') AS name FROM mine");
        expect(rows).toEqual([]);
        const { rows: names } = await client.query("SHOW application_name");
        expect(names).toEqual([{ application_name: "kept" }]);
      });
    });

    test("the reader refuses writes", async () => {
      await session("reader", OWNER, async (client) => {
        await expect(client.query("CREATE TABLE never (a int)")).rejects.toThrow("read-only transaction");
      });
    });

    test("owner, writer and reader may do what their names say, also in tables made later", async () => {
      await session("writer", OWNER, (client) =>
        client.query(
          "DROP TABLE IF EXISTS rights; CREATE TABLE rights (a int); INSERT INTO rights VALUES (1)",
        ),
      );
      await session("writer", WRITER, async (client) => {
        await client.query("INSERT INTO rights VALUES (2)");
        await expect(client.query("CREATE TABLE theirs (a int)")).rejects.toThrow("permission denied");
        await expect(client.query("DROP TABLE rights")).rejects.toThrow("must be owner");
      });
      await session("writer", READER, async (client) => {
        const { rows } = await client.query("SELECT sum(a)::int AS sum FROM rights");
        expect(rows).toEqual([{ sum: 3 }]);
        await expect(client.query("INSERT INTO rights VALUES (3)")).rejects.toThrow("permission denied");
      });
      await session("writer", OWNER, (client) => client.query("DROP TABLE rights"));
    });

    test.each(["writer", "writerSession"] as const)("%s takes nobody without proof", async (endpoint) => {
      expect(await attempt({}, endpoint)).toBeUndefined();
      expect(await attempt({ password: "wrong" }, endpoint)).toMatch(/authentication failed/);
      expect(await attempt({ user: "postgres", password: "x" }, endpoint)).toMatch(
        /pg_hba.conf rejects|no authentication method is found/,
      );
      expect(await attempt({ ssl: false }, endpoint)).toMatch(/SSL required|no encryption|pg_hba/);
      // Without the cluster's authority the server is nobody's.
      expect(await attempt({ ssl: {} }, endpoint)).toMatch(/self-signed certificate|unable to/);
    });
  });
}
