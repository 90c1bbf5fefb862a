import { z } from "zod";
import { osSchema } from "../../components/os/schema.ts";
import { availabilitySchema } from "../../components/patroni/schema.ts";
import { poolsSchema } from "../../components/pgbouncer/schema.ts";
import {
  accessRuleSchema,
  databaseSchema,
  postgresSchema,
  roleSchema,
} from "../../components/postgres/schema.ts";
import { tlsSchema } from "../../components/tls/schema.ts";

const pool = (count: number, memory: number) =>
  z
    .strictObject({
      count: z.int().default(count),
      cpu: z.number().default(1),
      memory: z.number().default(memory),
      disk: z.number().default(10),
      zones: z.array(z.string()).default(["a", "b", "c"]),
    })
    .prefault({});
export const configSchema = z.strictObject({
  platform: z.enum(["local", "aws", "ssh"]),
  cluster: z.strictObject({ name: z.string(), domain: z.string() }),
  hosts: z
    .strictObject({ database: pool(3, 1024), proxy: pool(2, 384), operations: pool(1, 512) })
    .prefault({}),
  postgres: postgresSchema.prefault({}),
  availability: availabilitySchema.prefault({}),
  databases: z.array(databaseSchema).prefault([{ name: "app" }]),
  roles: z.array(roleSchema).default([]),
  access: z.array(accessRuleSchema).default([]),
  pools: poolsSchema.prefault({}),
  tls: tlsSchema.prefault({}),
  os: osSchema.prefault({}),
  local: z
    .strictObject({
      subnet: z.string().optional(),
      portBase: z.int().optional(),
      image: z.enum(["prepared", "plain"]).default("prepared"),
      keepVolumes: z.boolean().default(false),
      services: z.string().default("holdfast-services"),
    })
    .prefault({}),
});
export type Config = z.infer<typeof configSchema>;
