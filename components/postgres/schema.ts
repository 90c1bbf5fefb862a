import { z } from "zod";
import { cidr, count, identifier } from "../fields.ts";

export const POSTGRES_VERSIONS = [15, 16, 17, 18] as const;
export type PostgresVersion = (typeof POSTGRES_VERSIONS)[number];

export const postgresSchema = z.strictObject({
  version: z.literal(POSTGRES_VERSIONS).default(17).describe("Major version."),
  source: z
    .enum(["debian", "pgdg"])
    .default("debian")
    .describe("Where packages come from: Debian's archive (15 and 17), or PostgreSQL's own (all)."),
  profile: z
    .enum(["oltp", "olap", "mixed"])
    .default("oltp")
    .describe("What the memory and the planner are sized for."),
  extensions: z
    .array(z.string())
    .default(["pg_stat_statements"])
    .describe("Created in every database; their libraries are preloaded where they need it."),
  settings: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()], "text, a number, true or false"))
    .default({})
    .describe("Any other parameter of the server, checked against the metadata of its version."),
});
export type PostgresConfig = z.infer<typeof postgresSchema>;

const connectionLimit = z.int().min(-1).max(10_000).default(-1);

export const databaseSchema = z.strictObject({
  // Room for the names of its roles: NAME_reader.
  name: identifier(48).describe("Its roles are NAME_owner, NAME_writer and NAME_reader."),
  locale: z
    .string()
    .regex(/^[A-Za-z0-9_.@-]{1,40}$/, "the name of a locale, like C.UTF-8 or en_US.UTF-8")
    .default("C.UTF-8")
    .describe("Fixed when the database is created."),
  connectionLimit: connectionLimit.describe("-1 is no limit of its own."),
  extensions: z.array(z.string()).default([]).describe("Besides those of every database."),
  poolSize: count(1, 5000)
    .optional()
    .describe("Server connections of one pool; by default an equal share of what fits."),
});
export type Database = z.infer<typeof databaseSchema>;

export const roleSchema = z.strictObject({
  name: identifier(63),
  connectionLimit: connectionLimit.describe("-1 is no limit of its own."),
  grants: z
    .array(
      z.strictObject({
        database: identifier(48),
        access: z
          .enum(["read", "write", "own"])
          .describe("Member of NAME_reader, NAME_writer or NAME_owner."),
      }),
    )
    .min(1, "at least one grant, for a role that may do nothing is a mistake"),
});
export type Role = z.infer<typeof roleSchema>;

export const accessRuleSchema = z.strictObject({
  from: z.array(cidr()).min(1, "at least one network").describe("Networks that clients come from."),
  databases: z.array(identifier(48)).min(1).optional().describe("Default: all."),
  roles: z.array(identifier(63)).min(1).optional().describe("Default: all application roles."),
  auth: z
    .literal("scram-sha-256", "scram-sha-256: passwords in plain or as md5, and trust, are not offered")
    .default("scram-sha-256"),
});
export type AccessRule = z.infer<typeof accessRuleSchema>;
