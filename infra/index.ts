// What the engine runs: its exports are the stack's outputs.
import { program } from "./program.ts";

export const {
  clusterName,
  domain,
  postgresVersion,
  durability,
  hosts,
  endpoints,
  databases,
  monitoring,
  objectStore,
  certificateAuthority,
  sshPrivateKey,
  monitoringPassword,
  passwords,
} = await program();
