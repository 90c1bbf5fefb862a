import { z } from "zod";

/** Where a port is reached from this machine. */
export const reachSchema = z.object({ host: z.string(), port: z.int() });

/** What is needed to reach the hosts of a cluster and to judge it. */
export const accessSchema = z.object({
  clusterName: z.string(),
  durability: z.enum(["strict", "preferred", "async"]),
  hosts: z.array(
    z.object({
      name: z.string(),
      role: z.enum(["database", "proxy", "operations"]),
      zone: z.string(),
      address: z.string(),
      ssh: reachSchema.extend({ user: z.string(), hostKey: z.string() }),
    }),
  ),
  sshPrivateKey: z.string(),
});

/** All that an operation on a running cluster has to know of it. */
export type ClusterAccess = z.infer<typeof accessSchema>;
