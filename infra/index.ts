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
  grafana,
  objectStore,
  certificateAuthority,
  sshPrivateKey,
  monitoringPassword,
  grafanaPassword,
  passwords,
} = await program();
