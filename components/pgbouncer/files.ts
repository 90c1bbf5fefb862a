import { readFileSync } from "node:fs";
import type { Topology } from "../model.ts";
import { HAPROXY_MASTER, scriptPath } from "../paths.ts";
import { PORTS } from "../ports.ts";
import type { ApplicationRole } from "../postgres/application-roles.ts";
import type { AccessRule, Database } from "../postgres/schema.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import {
  POOLERS,
  type PoolSettings,
  renderPgbouncer,
  renderPgbouncerHba,
  renderPgbouncerIdent,
  UNIT,
  USERLIST,
} from "./render.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");
const POOLS = readFileSync(new URL("./pools.sh", import.meta.url), "utf8");

export interface PgbouncerPlan {
  readonly topology: Pick<Topology, "domain">;
  readonly databases: readonly Database[];
  readonly roles: readonly Pick<ApplicationRole, "name">[];
  readonly access: readonly AccessRule[];
  readonly pools: PoolSettings;
}

/** Every file that this component owns on a host: pure. */
export function pgbouncerFiles(plan: PgbouncerPlan): readonly ManagedFile[] {
  const file = (path: string, content: string): ManagedFile => ({
    path,
    owner: "root:postgres",
    mode: "0640",
    content,
  });
  const { databases, pools } = plan;
  const { domain } = plan.topology;
  const everybody = {
    databases: databases.map((database) => database.name),
    roles: plan.roles.map((role) => role.name),
  };
  return [
    ...POOLERS.map((pooler) =>
      file(`/etc/pgbouncer/${pooler.instance}.ini`, renderPgbouncer({ pooler, domain, databases, pools })),
    ),
    file("/etc/pgbouncer/hba.conf", renderPgbouncerHba(plan.access, everybody)),
    file("/etc/pgbouncer/ident.conf", renderPgbouncerIdent()),
    file("/etc/pgbouncer/userlist.txt", USERLIST),
    { path: "/etc/systemd/system/pgbouncer@.service", owner: "root:root", mode: "0644", content: UNIT },
    {
      path: scriptPath("pools"),
      owner: "root:root",
      mode: "0644",
      content: withVariables(
        {
          domain,
          master: HAPROXY_MASTER,
          pool: String(PORTS.pgbouncerWriter),
          writer: String(PORTS.haproxyWriter),
        },
        POOLS,
      ),
    },
    { path: scriptPath("pgbouncer"), owner: "root:root", mode: "0644", content: withVariables({}, ACTIVATE) },
  ];
}
