/** What a stack's file says below "holdfast:", for the tests of the whole program. */

/** The least. */
export const MINIMAL = { platform: "local" };

/** Everything that adds resources or changes what they are, at once. */
export const LARGE = {
  platform: "local",
  cluster: { name: "orders", domain: "orders.example.com" },
  hosts: { database: { count: 5 }, proxy: { count: 3 } },
  postgres: { version: 15 },
  databases: [{ name: "shop" }, { name: "billing" }],
  roles: [{ name: "auditor", grants: [{ database: "billing", access: "read" }] }],
  monitoring: { grafana: {} },
  local: { image: "plain", keepVolumes: true, subnet: "10.77.1.0/24", portBase: 31_000 },
};
