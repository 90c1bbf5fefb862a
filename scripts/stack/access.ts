import { z } from "zod";

/** Where a port is reached from this machine. */
export const reachSchema = z.object({ host: z.string(), port: z.int() });

/** Where SSH answers, and by which key it proves that it is the one. */
const sshSchema = reachSchema.extend({ user: z.string(), hostKey: z.string() });
export type SshEnd = z.infer<typeof sshSchema>;

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
      /** With the machine that is reached first, where the host itself is not in reach. */
      ssh: sshSchema.extend({ through: sshSchema.optional() }),
    }),
  ),
  sshPrivateKey: z.string(),
});

/** All that an operation on a running cluster has to know of it. */
export type ClusterAccess = z.infer<typeof accessSchema>;
