import { describe, expect, test } from "vitest";
import type { Lab } from "../support/lab.ts";

const SHOP = { name: "shop", extensions: ["pg_trgm"] };

/** Databases and roles: given, taken away, and nobody's password touched on the way. */
export function rolesTests(lab: Lab, settings: Readonly<Record<string, unknown>>): void {
  const up = async (change: Readonly<Record<string, unknown>>) => {
    await lab.configure({ ...settings, ...change });
    const ran = await lab.holdfast("up");
    expect(ran.code, `${ran.stdout}\n${ran.stderr}`).toBe(0);
    lab.forget();
  };
  const as = (database: string, role: string, query: string) =>
    lab.holdfast("psql", "--database", database, "--role", role, "--", "-XAtqc", query);
  const onLeader = async (query: string) => lab.sql(String((await lab.status()).leader), query);
  /** What the server keeps in place of each role's password. */
  const verifiers = async (): Promise<Readonly<Record<string, string>>> =>
    JSON.parse(
      await onLeader(
        "SELECT json_object_agg(rolname, rolpassword ORDER BY rolname) FROM pg_authid WHERE rolpassword IS NOT NULL",
      ),
    );

  describe("a new database with a role of its own", () => {
    test("is there, with its rights, through the endpoints", async () => {
      const before = await verifiers();
      const grants = [{ database: "shop", access: "read" }];
      await up({ databases: [{ name: "app" }, SHOP], roles: [{ name: "report", grants }] });
      expect((await as("shop", "shop_owner", "CREATE TABLE sales AS SELECT 42 AS sum")).code).toBe(0);
      expect((await as("shop", "report", "SELECT sum FROM sales")).stdout).toBe("42");
      expect((await as("shop", "report", "DELETE FROM sales")).stderr).toContain("permission denied");
      expect((await as("app", "report", "SELECT 1")).code).not.toBe(0);
      expect((await as("shop", "report", "SELECT similarity('a', 'a')")).stdout).toBe("1");
      // With another salt, clients that stay connected to a pool would have to log in again.
      expect(await verifiers()).toMatchObject(before);
    });

    test("loses what is no longer granted, and keeps its password", async () => {
      const before = await verifiers();
      const grants = [{ database: "app", access: "read" }];
      await up({ databases: [{ name: "app" }, SHOP], roles: [{ name: "report", grants }] });
      expect((await as("app", "report", "SELECT 1")).stdout).toBe("1");
      // A pooled connection from before is still there, but it may read nothing any more.
      expect((await as("shop", "report", "SELECT sum FROM sales")).stderr).toContain("permission denied");
      expect(await verifiers()).toEqual(before);
    });
  });

  test("another password is in effect at once, and the other roles' stay", async () => {
    const before = await verifiers();
    const urn = `$(pulumi stack --show-urns | grep -o 'urn:.*::report-password')`;
    const changed = await lab.activated(
      `pulumi up --yes --skip-preview --suppress-outputs --replace "${urn}"`,
    );
    expect(changed.code, changed.stdout).toBe(0);
    const old = (await lab.stack()).passwords["report"];
    lab.forget();
    expect((await lab.stack()).passwords["report"]).not.toBe(old);
    expect((await as("app", "report", "SELECT 1")).stdout).toBe("1");
    const { report, ...others } = await verifiers();
    expect(report).not.toBe(before["report"]);
    expect({ report: before["report"], ...others }).toEqual(before);
  });

  describe("what is no longer in the configuration", () => {
    test("stays, but nobody logs in by it; roles that somebody made by hand are left alone", async () => {
      await onLeader(`CREATE ROLE by_hand LOGIN IN ROLE shop_reader, app_reader;
        ALTER ROLE report SET work_mem = '5MB'; GRANT shop_writer TO report`);
      await up({});
      const roles = await onLeader(
        "SELECT string_agg(rolname || ':' || rolcanlogin, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname ~ '^(report|by_hand|shop_|app_)'",
      );
      expect(roles).toBe(
        "app_owner:true app_reader:true app_writer:true by_hand:true report:false shop_owner:false shop_reader:false shop_writer:false",
      );
      const members = await onLeader(
        "SELECT string_agg(roleid::regrole || ' of ' || member::regrole, ', ' ORDER BY roleid::regrole::text) FROM pg_auth_members WHERE roleid::regrole::text ~ '^(app|shop)_'",
      );
      expect(members).toBe("app_reader of by_hand, shop_reader of by_hand");
      expect(
        await onLeader("\\connect shop\nSELECT sum FROM sales; SELECT count(*) FROM pg_extension"),
      ).toMatch(/^42\n4$/);
    });

    test("is back, with what it owned, when it is named again", async () => {
      await up({ databases: [{ name: "app" }, SHOP] });
      expect((await as("shop", "shop_owner", "SELECT sum FROM sales")).stdout).toBe("42");
      await up({});
      await onLeader("DROP ROLE by_hand; DROP DATABASE shop");
    });
  });
}
