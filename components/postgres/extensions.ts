import type { PostgresVersion } from "./schema.ts";

interface Extension {
  /** Library that the server must load at its start. */
  readonly preload?: string;
  /** A library alone, with nothing to create in a database. */
  readonly libraryOnly?: boolean;
  readonly since?: PostgresVersion;
  readonly until?: PostgresVersion;
}

/** What the server's own package brings. */
const EXTENSIONS: Readonly<Record<string, Extension>> = {
  ...Object.fromEntries(
    [
      ...["amcheck", "autoinc", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dblink", "dict_int"],
      ...["dict_xsyn", "earthdistance", "file_fdw", "fuzzystrmatch", "hstore", "insert_username", "intagg"],
      ...[
        "intarray",
        "isn",
        "lo",
        "ltree",
        "moddatetime",
        "pageinspect",
        "pg_buffercache",
        "pg_freespacemap",
      ],
      ...["pg_surgery", "pg_trgm", "pg_visibility", "pg_walinspect", "pgcrypto", "pgrowlocks", "pgstattuple"],
      ...[
        "postgres_fdw",
        "refint",
        "seg",
        "sslinfo",
        "tablefunc",
        "tcn",
        "tsm_system_rows",
        "tsm_system_time",
      ],
      ...["unaccent", "uuid-ossp", "xml2"],
    ].map((name): [string, Extension] => [name, {}]),
  ),
  adminpack: { until: 16 },
  old_snapshot: { until: 16 },
  pg_logicalinspect: { since: 18 },
  pg_prewarm: { preload: "pg_prewarm" },
  pg_stat_statements: { preload: "pg_stat_statements" },
  auto_explain: { preload: "auto_explain", libraryOnly: true },
  auth_delay: { preload: "auth_delay", libraryOnly: true },
};

export const extensionsOf = (version: PostgresVersion): string[] =>
  Object.keys(EXTENSIONS).filter((name) => {
    const { since, until } = EXTENSIONS[name] ?? {};
    return (since === undefined || version >= since) && (until === undefined || version <= until);
  });

/** The value of shared_preload_libraries. */
export const preloadLibraries = (extensions: readonly string[]): string =>
  [...new Set(extensions.flatMap((name) => EXTENSIONS[name]?.preload ?? []))].sort().join(",");

/** Whether the library serves the whole server, so that no single database can have it alone. */
export const needsPreload = (extension: string): boolean => preloadLibraries([extension]) !== "";

/** Those with something to create in a database. */
export const creatable = (extensions: readonly string[]): string[] =>
  extensions.filter((name) => !EXTENSIONS[name]?.libraryOnly);

/** The parameters of a library that is not loaded would be accepted by the server and do nothing. */
export const extensionOfSetting = (setting: string): string | undefined => {
  const prefix = setting.split(".")[0] ?? "";
  return setting.includes(".") && Object.hasOwn(EXTENSIONS, prefix) ? prefix : undefined;
};
