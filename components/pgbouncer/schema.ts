import { z } from "zod";
export const poolsSchema = z.strictObject({
  size: z.int().default(20),
  maxClients: z.int().default(1000),
  preparedStatements: z.int().default(200),
  idleTransactionTimeout: z.int().default(0),
});
export type Pools = z.infer<typeof poolsSchema>;
