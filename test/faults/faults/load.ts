import type pg from "pg";
import { connect, ownerOf } from "../../../scripts/stack/endpoint.ts";
import type { Fault } from "../support/fault.ts";

const CLIENTS = 500;

export const LOAD_FAULTS: readonly Fault[] = [
  {
    name: `${CLIENTS} connections at once`,
    inject: async ({ lab }) => {
      const stack = await lab.stack();
      const clients: pg.Client[] = await Promise.all(
        Array.from({ length: CLIENTS }, () => connect(stack, "writer", ownerOf(stack))),
      );
      try {
        // All of them at the same time want a transaction, and the pool has servers for a few.
        const answers = await Promise.all(
          clients.map((client, index) => client.query<{ index: number }>("SELECT $1::int AS index", [index])),
        );
        const wrong = answers.filter(({ rows }, index) => rows[0]?.index !== index);
        if (wrong.length > 0) throw new Error(`${wrong.length} of ${CLIENTS} clients got another answer`);
      } finally {
        await Promise.all(clients.map((client) => client.end()));
      }
    },
    gapSeconds: 3,
    wholeSeconds: 30,
    notes: "The pools admit them all and let them take turns; no server is asked for more than its share.",
  },
];
