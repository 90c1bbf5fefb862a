import { readFileSync } from "node:fs";
import type { BarmanPlan } from "../barman/files.ts";
import { BARMAN, BARMAN_JOB, BUCKET_ENVIRONMENT, EXPIRED, IDENTIFIER, MANIFESTS } from "../barman/names.ts";
import { scheduled } from "../jobs/schedule.ts";
import { operationsHost } from "../model.ts";
import { AGENT_FOLDER, scriptPath } from "../paths.ts";
import { binaries } from "../patroni/render.ts";
import { managedFile as file, type ManagedFile, program } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import {
  BUCKET_EXPIRY,
  BUCKET_EXPIRY_METRICS,
  RESTORE,
  RESTORE_PROGRAM,
  RESTORE_RESULTS,
  RESTORE_TEST,
  RESTORE_TEST_METRICS,
  restoreUnit,
  SCRATCH,
} from "./names.ts";
import { renderRestoreUnit, renderTmpfiles, testCalendar } from "./render.ts";

const MODULES = [
  ...[
    "__main__",
    "archive",
    "backups",
    "compare",
    "expire",
    "feed",
    "hand_over",
    "instance",
    "plan",
    "record",
  ],
  ...["retention", "rows"],
  ...["scratch", "settings", "target", "trial", "unpack", "verify", "wal"],
];
const source = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const PROGRAM = MODULES.map((name) => [`${name}.py`, source(`./program/${name}.py`)] as const);
const TAKE_WAL = source("./program/take-wal.sh");
const AS_BARMAN = source("./as-barman.sh");
const ACTIVATE = source("./activate.sh");

/** Starts a program of ours as the user of the backups; it may import the modules of restores. */
export const asBarman = (path: string, folder: string): ManagedFile =>
  program(
    path,
    { user: BARMAN.user, environment: BUCKET_ENVIRONMENT, program: folder, modules: RESTORE_PROGRAM },
    AS_BARMAN,
  );

/** Every file of restores on the operations host: pure. */
export function restoreFiles(plan: BarmanPlan): readonly ManagedFile[] {
  const { topology, backups, bucket } = plan;
  const settings = {
    cluster: topology.cluster,
    home: BARMAN.home,
    identifier: IDENTIFIER,
    manifests: MANIFESTS,
    scratch: SCRATCH,
    binaries: binaries(plan.postgres.version),
    metrics: RESTORE_TEST_METRICS,
    results: RESTORE_RESULTS,
    bucket: `s3://${bucket.name}`,
    endpoint: bucket.endpoint ?? null,
    queries: backups.restoreTest.queries,
    retention: { days: backups.recoveryWindowDays, redundancy: backups.redundancy },
    expired: EXPIRED,
    expiry_metrics: BUCKET_EXPIRY_METRICS,
    memory: operationsHost(topology.hosts).memoryMiB,
  };
  return [
    file("/etc/holdfast/restore.json", `${JSON.stringify(settings, null, 2)}\n`),
    ...PROGRAM.map(([name, text]) => file(`${RESTORE_PROGRAM}/${name}`, text)),
    program(`${AGENT_FOLDER}/take-wal`, {}, TAKE_WAL),
    asBarman(RESTORE, RESTORE_PROGRAM),
    file(
      `/etc/systemd/system/${restoreUnit("")}`,
      renderRestoreUnit({ program: RESTORE_PROGRAM, environment: BUCKET_ENVIRONMENT }),
    ),
    ...scheduled(RESTORE_TEST, {
      ...BARMAN_JOB,
      description: `Restore test of ${topology.cluster}`,
      command: `/usr/bin/python3 -B ${RESTORE_PROGRAM} test`,
      afterwards: `/usr/bin/rm -rf ${SCRATCH}/test ${SCRATCH}/test.order`,
      timeout: "24h",
      calendar: testCalendar(backups.restoreTest),
    }),
    ...scheduled(BUCKET_EXPIRY, {
      ...BARMAN_JOB,
      description: `What of the backups of ${topology.cluster} in the bucket is no longer needed`,
      command: `/usr/bin/python3 -B ${RESTORE_PROGRAM} expire`,
      timeout: "6h",
      // The store looks for it at midnight, UTC.
      calendar: "*-*-* 12:00:00 UTC",
      retries: { times: 2, pauseSeconds: 600 },
    }),
    file("/etc/tmpfiles.d/holdfast-restore.conf", renderTmpfiles()),
    file(
      scriptPath("restore"),
      withVariables(
        { test: RESTORE_TEST, expiry: BUCKET_EXPIRY, mount: BARMAN.mount, restore: RESTORE },
        ACTIVATE,
      ),
    ),
  ];
}
