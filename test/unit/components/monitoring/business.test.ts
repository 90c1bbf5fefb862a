import { describe, expect, test } from "vitest";
import { businessFiles, renderQuery } from "../../../../components/monitoring/business.ts";
import { businessQuerySchema } from "../../../../components/monitoring/business-schema.ts";
import { fixtureFile, fixturePlan } from "../../../support/fixtures.ts";

const query = (more: object) =>
  businessQuerySchema.parse({
    name: "orders",
    help: "Orders",
    database: "shop",
    sql: "SELECT 1 AS value",
    ...more,
  });

describe("the statement of a business metric", () => {
  test("has the user's query within it, whatever its end is", () => {
    expect(renderQuery(query({ sql: "SELECT 1 AS value; " }))).toContain(
      "(\nSELECT 1 AS value\n) AS every LIMIT 1001",
    );
    expect(renderQuery(query({ sql: "SELECT 1 AS value -- of all" }))).toContain(
      "-- of all\n) AS every LIMIT",
    );
  });

  test("gives a line without labels where none is named", () => {
    expect(renderQuery(query({}))).toContain("(SELECT '' AS labels, ARRAY[");
  });

  test("gives a line with the labels that are named, of the metric that its kind asks for", () => {
    const text = renderQuery(query({ labels: ["state", "order"], value: "n", kind: "counter" }));
    expect(text).toContain("holdfast_business_orders_total");
    expect(text).toContain('q."state"::text');
    expect(text).toContain('q."order"::text');
    expect(text).toContain('q."n"');
  });
});

describe("the files of business metrics", () => {
  test("are none where there is no query", () => {
    expect(businessFiles(fixturePlan("local").topology, [])).toEqual([]);
  });

  test("are a unit and a timer for each, which runs as nobody else and ends in time", () => {
    const unit = fixtureFile("custom", "ops-1", "/etc/systemd/system/business-invoices.service");
    expect(unit).toContain("User=prometheus");
    expect(unit).toMatch(/^ExecStart=\S+ invoices billing 30 300$/m);
    const timer = fixtureFile("custom", "ops-1", "/etc/systemd/system/business-invoices.timer");
    expect(timer).toContain("OnUnitInactiveSec=300s");
    expect(fixtureFile("custom", "ops-1", "/etc/prometheus/business/invoices.head")).toBe(
      "# HELP holdfast_business_invoices_total Invoices written so far\n# TYPE holdfast_business_invoices_total counter\n",
    );
  });

  test("reach a standby through all proxies, by a certificate of their own", () => {
    const program = fixtureFile("custom", "ops-1", "/usr/local/lib/holdfast/business");
    expect(program).toMatch(
      /conninfo='host=(reader\.\S+,){2}reader\.\S+ hostaddr=\S+ port=5001 user=business_metrics /,
    );
    expect(program).toContain("sslmode=verify-full");
  });
});

test("the role of business metrics reads the databases that are asked, and writes nothing", () => {
  const sql = fixtureFile("custom", "db-1", "/etc/holdfast/roles.sql");
  expect(sql).toContain("ALTER ROLE business_metrics SET default_transaction_read_only = on;");
  expect(sql.match(/^GRANT .* TO "?business_metrics"?;$/gm)).toEqual([
    'GRANT "shop_reader" TO "business_metrics";',
    'GRANT "billing_reader" TO "business_metrics";',
  ]);
});
