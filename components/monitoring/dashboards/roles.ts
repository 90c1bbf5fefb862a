import { type States, states, type Texts } from "./panel.ts";

const ROLES: Texts = {
  0: { text: "not running", color: "red" },
  1: { text: "standby", color: "blue" },
  2: { text: "synchronous", color: "purple" },
  3: { text: "leader", color: "green" },
};

/** Who was what, as each member's Patroni says of its own. */
export const rolesPanel = (width: number): States =>
  states({
    title: "Roles",
    width,
    unit: "none",
    description: "A gap is a time in which Patroni did not answer; two leaders at once must never be seen.",
    texts: ROLES,
    queries: [
      {
        expr: "patroni_postgres_running * (3 * patroni_primary + patroni_replica + clamp_max(patroni_sync_standby + patroni_quorum_standby, 1))",
        legend: "{{instance}}",
      },
    ],
  });
