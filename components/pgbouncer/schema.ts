import { z } from "zod";
import { count } from "../fields.ts";

export const poolsSchema = z
  .strictObject({
    size: count(1, 5000)
      .optional()
      .describe("Server connections of one pool; by default as many as fit into max_connections."),
    sessions: count(0, 5000)
      .default(10)
      .describe("Connections kept free for clients of the session ports, which bypass the pools."),
    maxClients: count(10, 50_000).default(1000).describe("Client connections that one pooler accepts."),
    preparedStatements: count(0, 10_000)
      .default(200)
      .describe("Named prepared statements kept on a server connection; 0 switches them off."),
    idleTransactionTimeout: count(0, 86_400)
      .default(0)
      .describe("Seconds after which an idle transaction's connection is closed; 0 is never."),
  })
  .describe("Connection pools, one of each for a database, an endpoint and a proxy.");
export type Pools = z.infer<typeof poolsSchema>;
