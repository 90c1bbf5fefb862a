import { readFileSync } from "node:fs";
import { scheduled } from "../jobs/schedule.ts";
import type { Topology } from "../model.ts";
import { AGENT_FOLDER, METRICS_FOLDER, scriptPath } from "../paths.ts";
import { binaries } from "../patroni/render.ts";
import type { PostgresConfig } from "../postgres/schema.ts";
import { managedFile as file, type ManagedFile, program } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { MANIFEST_COMMAND, manifestFiles } from "./manifest.ts";
import {
  BACKUP_METRICS,
  BARMAN,
  BARMAN_JOB,
  BUCKET_ENVIRONMENT,
  BUCKET_HOOK,
  BUCKET_METRICS,
  BUCKET_QUEUE,
  IDENTIFIER,
  MANIFESTS,
} from "./names.ts";
import { connection, renderBarman, renderReceiver, renderServer, renderShipper } from "./render.ts";
import type { BackupsConfig } from "./schema.ts";

const script = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const ACTIVATE = script("./activate.sh");
const HOOK = script("./keep-for-bucket.sh");
const SHIP = script("./ship.py");
const BACKUP = script("./backup.sh");
const CHECK = script("./check.sh");
const BEFORE_RECEIVE = script("./before-receive.sh");

const BACKUP_PATH = `${AGENT_FOLDER}/base-backup`;
const BEFORE_RECEIVE_PATH = `${AGENT_FOLDER}/before-receive`;
const CHECK_PATH = `${AGENT_FOLDER}/barman-check`;
const SHIP_PATH = `${AGENT_FOLDER}/ship.py`;
const BUCKET = "/etc/barman/bucket.json";
const STORE_AUTHORITY = "/etc/barman/tls/object-store.crt";
const CREDENTIALS = "/etc/barman/bucket-credentials";

/** A bucket, as the operations host reaches it: by S3. */
export interface BucketPlan {
  readonly name: string;
  readonly region: string;
  /** Where S3 is not Amazon's own. */
  readonly endpoint: string | undefined;
}

export interface BarmanPlan {
  readonly topology: Topology;
  readonly backups: BackupsConfig;
  readonly bucket: BucketPlan;
  readonly postgres: Pick<PostgresConfig, "version">;
}

/** Every file that Barman has on its host, but for keys: pure. */
export function barmanFiles(plan: BarmanPlan): readonly ManagedFile[] {
  const { topology, backups, bucket } = plan;
  const { cluster } = topology;
  const shipping = {
    cluster,
    home: BARMAN.home,
    queue: BUCKET_QUEUE,
    identifier: IDENTIFIER,
    metrics: BUCKET_METRICS,
    bucket: {
      url: `s3://${bucket.name}`,
      region: bucket.region,
      compression: backups.compression,
      ...(bucket.endpoint === undefined ? {} : { endpoint: bucket.endpoint }),
    },
  };
  const environment = [
    "# Managed by Holdfast.",
    "AWS_CONFIG_FILE=/etc/barman/bucket.config",
    // Whoever asks tries again by himself, and says so.
    "AWS_MAX_ATTEMPTS=2",
    `AWS_DEFAULT_REGION=${bucket.region}`,
    ...(bucket.endpoint === undefined
      ? []
      : [`AWS_SHARED_CREDENTIALS_FILE=${CREDENTIALS}`, `AWS_CA_BUNDLE=${STORE_AUTHORITY}`]),
  ];
  return [
    file("/etc/barman.conf", renderBarman()),
    file(
      `/etc/barman.d/${cluster}.conf`,
      renderServer({ topology, backups, binaries: binaries(plan.postgres.version) }),
    ),
    // The package's own, which would run beside the timer.
    file("/etc/cron.d/barman", "# Managed by Holdfast: barman-cron.timer does it.\n"),
    file("/etc/systemd/system/barman-receive-wal.service", renderReceiver(cluster, BEFORE_RECEIVE_PATH)),
    file(
      "/etc/systemd/system/barman-ship.service",
      renderShipper({ program: SHIP_PATH, settings: BUCKET, environment: BUCKET_ENVIRONMENT }),
    ),
    ...scheduled("barman-cron", {
      ...BARMAN_JOB,
      upkeep: true,
      description: "Barman's own upkeep: receiver, archive, retention",
      command: "/usr/bin/barman --quiet cron",
      timeout: "10min",
      calendar: "minutely",
    }),
    ...scheduled("barman-check", {
      ...BARMAN_JOB,
      description: `Barman's own look at the backups of ${cluster}`,
      command: CHECK_PATH,
      timeout: "10min",
      calendar: "*-*-* *:30:00",
      // A receiver that a switchover has just sent elsewhere, a file on its way.
      retries: { times: 2, pauseSeconds: 120 },
    }),
    ...scheduled("barman-backup", {
      ...BARMAN_JOB,
      retries: { times: 2, pauseSeconds: 600 },
      description: `Base backup of ${cluster}, and its copy in the bucket`,
      command: BACKUP_PATH,
      timeout: "24h",
      calendar: `*-*-* ${backups.at}:00`,
    }),
    file(BUCKET, `${JSON.stringify(shipping, null, 2)}\n`),
    file(BUCKET_ENVIRONMENT, `${environment.join("\n")}\n`),
    // A bucket's name is a part of the path: a store of one's own has no name for each bucket.
    file(
      "/etc/barman/bucket.config",
      `[default]\nregion = ${bucket.region}\ns3 =\n  addressing_style = ${bucket.endpoint === undefined ? "auto" : "path"}\n`,
    ),
    program(
      BACKUP_PATH,
      {
        cluster,
        home: BARMAN.home,
        identifier: IDENTIFIER,
        metrics: BACKUP_METRICS,
        url: `s3://${bucket.name}/${cluster}`,
        endpoint: bucket.endpoint ?? "",
        manifest: MANIFEST_COMMAND,
        manifests: MANIFESTS,
      },
      BACKUP,
    ),
    ...manifestFiles(plan),
    program(
      BEFORE_RECEIVE_PATH,
      {
        conninfo: connection(topology, BARMAN.streaming),
        streaming: `${BARMAN.home}/${cluster}/streaming`,
        aside: `${BARMAN.home}/ahead-of-the-primary`,
        days: String(backups.recoveryWindowDays),
      },
      BEFORE_RECEIVE,
    ),
    program(CHECK_PATH, { cluster }, CHECK),
    program(BUCKET_HOOK, { queue: BUCKET_QUEUE }, HOOK),
    file(SHIP_PATH, SHIP),
    file(
      scriptPath("barman"),
      withVariables(
        {
          cluster,
          home: BARMAN.home,
          mount: BARMAN.mount,
          queue: BUCKET_QUEUE,
          identifier: IDENTIFIER,
          conninfo: connection(topology, BARMAN.catalogue),
          user: BARMAN.user,
          slot: BARMAN.slot,
          metrics: METRICS_FOLDER,
          url: `s3://${bucket.name}/${cluster}`,
          endpoint: bucket.endpoint ?? "",
        },
        ACTIVATE,
      ),
    ),
  ];
}

/** The store's key and certificate, where it has its own. */
export const barmanSecrets = (
  store: { readonly authority: string; readonly accessKey: string; readonly secretKey: string } | undefined,
): readonly ManagedFile[] =>
  store === undefined
    ? []
    : [
        file(STORE_AUTHORITY, store.authority),
        file(
          CREDENTIALS,
          `[default]\naws_access_key_id = ${store.accessKey}\naws_secret_access_key = ${store.secretKey}\n`,
          "barman:barman",
          "0600",
        ),
      ];
