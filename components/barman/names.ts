import { AGENT_FOLDER, DATA_ROOT, METRICS_FOLDER } from "../paths.ts";

/** What Barman is called, by the server, by its host and by the others: one place, since all of them must agree. */
export const BARMAN = {
  /** The role that asks for the catalogue and orders backups, and the one that streams; neither is a superuser. */
  catalogue: "barman",
  streaming: "streaming_barman",
  /** The one that counts rows on a standby. */
  manifest: "barman_manifest",
  /** As which it streams. */
  receiver: "barman_receive_wal",
  /** The replication slot that holds WAL for it, on every member. */
  slot: "barman",
  /** The system's user, under whom all of it runs. */
  user: "barman",
  home: `${DATA_ROOT}/barman`,
  mount: DATA_ROOT,
  tls: "/etc/barman/tls",
} as const;

/** WAL files that wait for their way into the bucket, uncompressed, in the order of their names. */
export const BUCKET_QUEUE = `${BARMAN.home}/for-the-bucket`;

/** By which the bucket is reached. */
export const BUCKET_ENVIRONMENT = "/etc/barman/bucket.env";

/** Barman asks it before it takes a WAL file into its catalogue. */
export const BUCKET_HOOK = `${AGENT_FOLDER}/keep-for-bucket`;

/** On database hosts: PostgreSQL's archive_command, and the key by which it comes in. */
export const ARCHIVE_COMMAND = `${AGENT_FOLDER}/archive-wal`;
export const ARCHIVE_KEY = "/var/lib/postgresql/.ssh/holdfast_archive";
/** When it let go of which WAL files to keep room, a line for each. */
export const LET_GO = "/var/lib/postgresql/wal-let-go";

/** Of which cluster the backups in Barman's home are: the system identifier of its servers. */
export const IDENTIFIER = `${BARMAN.home}/system-identifier`;

/** Of each base backup, what the rows were when it was taken: the same file here and beside it in the bucket. */
export const MANIFESTS = `${BARMAN.home}/manifests`;

/**
 * The tag of what is no longer needed in the bucket. The operations host sets it, and may delete nothing; the store lets
 * go what has it, and is older than the recovery window.
 */
export const EXPIRED = { key: "holdfast", value: "expired" } as const;

/** What the last base backup was like, and what waits for the bucket. */
export const BACKUP_METRICS = `${METRICS_FOLDER}/backup.prom`;
export const BUCKET_METRICS = `${METRICS_FOLDER}/bucket.prom`;

/** What its jobs have in common. */
export const BARMAN_JOB = {
  user: BARMAN.user,
  mount: BARMAN.mount,
  environmentFile: BUCKET_ENVIRONMENT,
} as const;
