import type { Database, Role } from "./schema.ts";
export interface ApplicationRole {
  readonly name: string;
  readonly connectionLimit: number;
  readonly memberships: readonly { database: string; access: "read" | "write" | "own" }[];
}
export function applicationRoles(databases: readonly Database[], roles: readonly Role[]): ApplicationRole[] {
  return [
    ...databases.flatMap((database) =>
      ["owner", "writer", "reader"].map((kind) => ({
        name: `${database.name}_${kind}`,
        connectionLimit: -1,
        memberships: [],
      })),
    ),
    ...roles.map((role) => ({
      name: role.name,
      connectionLimit: role.connectionLimit,
      memberships: role.grants,
    })),
  ];
}
