import { z } from "zod";
import { cidr, count, identifier, text } from "../fields.ts";

export const POSTGRES_VERSIONS = [15, 16, 17, 18] as const;
export type PostgresVersion = (typeof POSTGRES_VERSIONS)[number];

/** Whether a name is of an extension, rules.ts says: that depends on the version. */
const extensionNames = () => z.array(z.string("the name of an extension"));

export const postgresSchema = z
  .strictObject({
    version: z
      .literal(POSTGRES_VERSIONS)
      .default(17)
      .describe(
        "Major version of the server. A cluster's data belongs to one major version: another number here does not convert it.",
      ),
    source: z
      .enum(["debian", "pgdg"])
      .default("debian")
      .describe("Where packages come from: Debian's archive (15 and 17), or PostgreSQL's own (all)."),
    profile: z
      .enum(["oltp", "olap", "mixed"])
      .default("oltp")
      .describe(
        "What the memory and the planner are sized for: many short transactions, few large queries, or both.",
      ),
    extensions: extensionNames()
      .default(["pg_stat_statements"])
      .describe(
        "Created in every database; their libraries are preloaded where they need it, by a rolling restart. A removed one stays in the databases.",
      ),
    settings: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()], "text, a number, true or false"))
      .default({})
      .describe(
        "Any other parameter of the server by its name, checked against the metadata of the version. What takes effect only with a restart is brought about by a rolling one, which the preview announces.",
      ),
  })
  .describe("The server.");
export type PostgresConfig = z.infer<typeof postgresSchema>;

const connectionLimit = count(-1, 10_000)
  .refine((limit) => limit !== 0, "1 to 10000, or -1 for no limit of its own: with 0 nobody could connect")
  .default(-1);

export const databaseSchema = z
  .strictObject({
    // Room for the names of its roles: NAME_reader.
    name: identifier(48).describe(
      "Name of the database; its roles are NAME_owner, NAME_writer and NAME_reader. Another name is another, empty database; the old one stays, and its roles can no longer log in.",
    ),
    locale: text(/^[A-Za-z0-9_.@-]{1,40}$/, "the name of a locale, like C.UTF-8 or en_US.UTF-8")
      .default("C.UTF-8")
      .describe(
        "Sort order and character classes. Fixed when the database is created: a later change has no effect on it.",
      ),
    connectionLimit: connectionLimit.describe("Most connections to the database; -1 is no limit of its own."),
    extensions: extensionNames()
      .default([])
      .describe("Extensions besides those of every database. A removed one stays in the database."),
    poolSize: count(1, 5000)
      .optional()
      .describe("Server connections of one pool; by default pools.size, else an equal share of what fits."),
  })
  .describe("A database.");
export type Database = z.infer<typeof databaseSchema>;

const grantSchema = z
  .strictObject({
    database: identifier(48).describe("One of the databases."),
    access: z
      .enum(["read", "write", "own"])
      .describe("What it may do there, as a member of NAME_reader, NAME_writer or NAME_owner."),
  })
  .describe("What the role may do in one database.");

export const roleSchema = z
  .strictObject({
    name: identifier(63).describe(
      "Name of the role; its password is generated. A removed role stays, since it may own something, but it can no longer log in and is a member of nothing.",
    ),
    connectionLimit: connectionLimit.describe("Most connections of the role; -1 is no limit of its own."),
    grants: z
      .array(grantSchema)
      .min(1, "at least one grant, for a role that may do nothing is a mistake")
      .describe("What the role may do."),
  })
  .describe("A login role.");
export type Role = z.infer<typeof roleSchema>;

export const accessRuleSchema = z
  .strictObject({
    from: z.array(cidr()).min(1, "at least one network").describe("Networks that clients come from."),
    databases: z
      .array(identifier(48))
      .min(1, "at least one database, or none of this key for all")
      .optional()
      .describe("Databases that they reach; by default all."),
    roles: z
      .array(identifier(63))
      .min(1, "at least one role, or none of this key for all")
      .optional()
      .describe("Roles that they log in as; by default all application roles."),
    auth: z
      .literal("scram-sha-256", "scram-sha-256: passwords in plain or as md5, and trust, are not offered")
      .default("scram-sha-256")
      .describe("How they prove who they are, always inside TLS."),
  })
  .describe("Clients that may come in.");
export type AccessRule = z.infer<typeof accessRuleSchema>;
