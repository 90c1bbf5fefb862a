import { z } from "zod";
export const postgresSchema = z.strictObject({
  version: z.union([z.literal(15), z.literal(16), z.literal(17), z.literal(18)]).default(17),
  source: z.enum(["debian", "pgdg"]).default("debian"),
  profile: z.enum(["oltp", "olap", "mixed"]).default("oltp"),
  extensions: z.array(z.string()).default(["pg_stat_statements"]),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type PostgresConfig = z.infer<typeof postgresSchema>;
export const databaseSchema = z.strictObject({
  name: z.string(),
  locale: z.string().default("C.UTF-8"),
  connectionLimit: z.int().default(-1),
  extensions: z.array(z.string()).default([]),
  poolSize: z.int().optional(),
});
export type Database = z.infer<typeof databaseSchema>;
export const roleSchema = z.strictObject({
  name: z.string(),
  connectionLimit: z.int().default(-1),
  grants: z.array(z.strictObject({ database: z.string(), access: z.enum(["read", "write", "own"]) })),
});
export type Role = z.infer<typeof roleSchema>;
export const accessRuleSchema = z.strictObject({
  from: z.array(z.string()),
  roles: z.array(z.string()).optional(),
  databases: z.array(z.string()).optional(),
  auth: z.literal("scram-sha-256").default("scram-sha-256"),
});
export type AccessRule = z.infer<typeof accessRuleSchema>;
