import { z } from "zod";
import { quote } from "../../components/remote/shell.ts";
import { REPORT } from "../../components/report/names.ts";
import {
  RECOVERY_NAME,
  RESTORE,
  RESTORE_RESULTS,
  RESTORE_TEST,
  restoreUnit,
  SCRATCH,
} from "../../components/restore/names.ts";
import { UserError } from "../report.ts";
import type { Stack, StackHost } from "./outputs.ts";
import { HostSession, type RemoteResult } from "./ssh.ts";

const timestamp = z.iso.datetime({ offset: true });

const backupSchema = z.object({
  source: z.enum(["bucket", "barman"]),
  id: z.string(),
  ended: timestamp,
  bytes: z.int(),
  lsn: z.string(),
  onTheWay: z.boolean(),
  walLast: z.string().nullable(),
  walUntil: timestamp.nullable(),
  walMissing: z.string().nullable(),
  proven: z.object({ at: timestamp, problems: z.array(z.string()) }).nullable(),
});
/** A base backup in one of its places, and how far the WAL there leads from it. */
export type BackupRow = z.infer<typeof backupSchema>;

const listSchema = z.object({
  backups: z.array(backupSchema),
  /** Places that could not be asked. */
  silent: z.array(z.object({ source: z.enum(["bucket", "barman"]), why: z.string() })),
});
type BackupList = z.infer<typeof listSchema>;

const planSchema = z.object({
  source: z.enum(["bucket", "barman"]),
  backup: z.string(),
  backupEnded: timestamp,
  bytes: z.int(),
  target: z.object({ kind: z.enum(["latest", "time", "lsn", "xid", "name"]), value: z.string() }),
  timeline: z.int(),
  walFirst: z.string(),
  walLast: z.string(),
  walFiles: z.int(),
  walUntil: timestamp,
  /** By the speeds of the last restore from there; null before the first. */
  seconds: z.number().nullable(),
  bytesNeeded: z.int(),
  bytesFree: z.int(),
});
/** How a moment is recovered. */
export type RestorePlan = z.infer<typeof planSchema>;

const statusSchema = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("restoring"),
    stage: z.string(),
    progress: z.tuple([z.int(), z.int()]).nullable(),
  }),
  z.object({
    state: z.literal("open"),
    plan: planSchema,
    reached: z.object({
      lsn: z.string(),
      time: z.string().nullable(),
      note: z.string().nullable(),
      seconds: z.number(),
    }),
    socket: z.string(),
  }),
  /** Closed, and its data to be taken by a member; on that timeline, of so many bytes. */
  z.object({ state: z.literal("ready"), timeline: z.int(), bytes: z.int() }),
  z.object({ state: z.literal("failed"), cause: z.string(), advice: z.string() }),
]);
export type RestoreStatus = z.infer<typeof statusSchema>;
export type OpenRestore = Extract<RestoreStatus, { readonly state: "open" }>;

const testSchema = z.object({
  test: z.literal(true),
  at: timestamp,
  problems: z.array(z.string()),
  backup: z.string(),
  source: z.enum(["bucket", "barman"]),
  bytes: z.int(),
  seconds: z.number(),
  baseSeconds: z.number().optional(),
  checkSeconds: z.number().optional(),
  walSeconds: z.number().optional(),
  walFiles: z.int().optional(),
  time: z.string().nullish(),
  rows: z
    .object({
      /** Tables, and those that the manifest does not have. */
      compared: z.int(),
      leftOut: z.int(),
      /** Of the moment. */
      lsn: z.string().nullable(),
      /** Why nothing was compared. */
      note: z.string().nullable(),
    })
    .optional(),
});
export type RestoreTest = z.infer<typeof testSchema>;

const reportSchema = z.object({ markdown: z.string(), html: z.string() });
/** The report of a month: a text, and a page with plots that needs nothing beside it. */
export type BackupReport = z.infer<typeof reportSchema>;

const refusalSchema = z.object({ cause: z.string(), advice: z.string() });

/** What is wanted of a restore, as the host's program reads it. */
export interface RestoreOrder {
  readonly to: string;
  readonly source: "bucket" | "barman";
  readonly backup: string | null;
  readonly timeline: number | null;
  /** Whether its data is for the cluster: nobody can change it then. */
  readonly handOver: boolean;
}

const REFUSED = 3;
const DAY = 86_400;

/** Talks to the program of restores on the operations host. */
export class Restores {
  readonly host: StackHost;
  readonly session: HostSession;

  private constructor(host: StackHost, session: HostSession) {
    this.host = host;
    this.session = session;
  }

  static async with<T>(stack: Stack, work: (restores: Restores) => Promise<T>): Promise<T> {
    const host = stack.hosts.find(({ role }) => role === "operations");
    if (host === undefined) {
      throw new UserError(`the stack "${stack.name}" has no operations host`, "run the update again");
    }
    const session = await HostSession.open(stack, host);
    try {
      return await work(new Restores(host, session));
    } finally {
      session.close();
    }
  }

  async list(): Promise<BackupList> {
    return listSchema.parse(await this.#ask([RESTORE, "list"], 300));
  }

  async plan({ to, source, backup, timeline }: RestoreOrder): Promise<RestorePlan> {
    const options = ["--to", to, "--from", source];
    if (backup !== null) options.push("--backup", backup);
    if (timeline !== null) options.push("--timeline", String(timeline));
    return planSchema.parse(await this.#ask([RESTORE, "plan", ...options], 300));
  }

  /** Of the month YYYY-MM, or of the one that goes on. */
  async report(month: string | undefined): Promise<BackupReport> {
    const options = month === undefined ? [] : ["--month", month];
    return reportSchema.parse(await this.#ask([REPORT, "show", ...options], 300));
  }

  /**
   * Runs the job of the schedule, to its end, which takes as long as a restore: it is noted and told of in the same way.
   * Refused while it runs.
   */
  async test(order: { readonly source?: string; readonly backup?: string }): Promise<RestoreTest> {
    const unit = `${RESTORE_TEST}.service`;
    const { code, stdout, stderr } = await this.session.run(
      `case $(systemctl is-active ${unit}) in activating | active) exit ${REFUSED} ;; esac
       printf '%s\n' ${quote(JSON.stringify(order))} >${SCRATCH}/test.order || exit 1
       date +%s
       systemctl start ${unit}
       grep '"test": true' ${RESTORE_RESULTS} | tail -n 1`,
      DAY,
    );
    if (code === REFUSED) {
      throw new UserError(
        "a restore test is under way already",
        `wait for its end: ./holdfast ssh ${this.host.name} -- sudo journalctl -f -u ${RESTORE_TEST}`,
      );
    }
    if (code !== 0) throw failure({ code, stdout, stderr });
    const [began = "", line = ""] = stdout.trimEnd().split("\n");
    const tested = line === "" ? undefined : testSchema.parse(JSON.parse(line));
    if (tested === undefined || Date.parse(tested.at) < Number(began) * 1000) {
      throw new UserError(
        "the restore test ended before it could tell of anything",
        `see why: ./holdfast ssh ${this.host.name} -- sudo journalctl -n 20 -u ${RESTORE_TEST}`,
      );
    }
    if (tested.problems.length === 0) return tested;
    throw new UserError(
      `no backup was proven (${tested.source} ${tested.backup}): ${tested.problems.join("; ")}`,
      "see whether it is this one alone: ./holdfast restore test --backup previous, or --from the other place",
    );
  }

  /** Starts the restore NAME; refused while there is one. */
  async start(name: string, order: RestoreOrder): Promise<void> {
    const [unit, file] = [restoreUnit(name), `${SCRATCH}/${name}.order`];
    const { code, stderr } = await this.session.run(
      `if ! systemctl is-active --quiet ${unit}; then rm -f ${file}; fi
       set -o noclobber
       printf '%s\\n' ${quote(JSON.stringify(order))} >${file} || exit ${REFUSED}
       set +o noclobber
       rm -f ${SCRATCH}/${name}.status
       systemctl reset-failed ${unit} 2>/dev/null
       systemctl start ${unit}`,
    );
    if (code === REFUSED) {
      throw new UserError(
        `there is a restore "${name}" already on ${this.host.name}`,
        name === RECOVERY_NAME
          ? `end it: ./holdfast restore stop ${name}`
          : `end it (./holdfast restore stop ${name}), or give this one another name: --name NAME`,
      );
    }
    if (code !== 0) {
      throw new UserError(
        `the restore did not begin: ${stderr.trim()}`,
        `see why: ./holdfast ssh ${this.host.name} -- sudo journalctl -n 20 -u ${unit}`,
      );
    }
  }

  /** Undefined when it has ended without a word, as after a kill. */
  async status(name: string): Promise<RestoreStatus | undefined> {
    const { stdout } = await this.session.run(
      `cat ${SCRATCH}/${name}.status 2>/dev/null || echo
       systemctl is-active ${restoreUnit(name)}`,
    );
    const [text = "", active = ""] = stdout.trimEnd().split("\n").slice(-2);
    const status = text.startsWith("{") ? statusSchema.parse(JSON.parse(text)) : undefined;
    if (status?.state === "failed") return status;
    if (active !== "active") return undefined;
    return status ?? { state: "restoring", stage: "it begins", progress: null };
  }

  /** Has the restored server closed, so that a member can take its data. */
  async close(name: string): Promise<void> {
    const { code, stderr } = await this.session.run(
      `systemctl kill --kill-whom=main --signal=USR1 ${restoreUnit(name)}`,
    );
    if (code !== 0) {
      throw new UserError(
        `the restored server cannot be closed: ${stderr.trim()}; nothing was changed`,
        "run the command again",
      );
    }
  }

  /**
   * Takes a base backup, and gives what is wrong when that fails. One that runs already began before, on data that is no
   * more: it makes room.
   */
  async backUp(): Promise<string | undefined> {
    const { code, stderr } = await this.session.run(
      "systemctl stop barman-backup.service; systemctl start barman-backup.service",
      DAY,
    );
    return code === 0 ? undefined : stderr.trim();
  }

  /** Takes the restored server away, with its data; false where there was none. */
  async stop(name: string): Promise<boolean> {
    const unit = restoreUnit(name);
    const { stdout } = await this.session.run(
      `systemctl is-active ${unit}; systemctl stop ${unit}; rm -f ${SCRATCH}/${name}.status`,
      90,
    );
    return stdout.startsWith("active");
  }

  async #ask(command: readonly string[], seconds: number): Promise<unknown> {
    const result = await this.session.run(command.map(quote).join(" "), seconds);
    if (result.code !== 0) throw failure(result);
    return JSON.parse(result.stdout.trimEnd().split("\n").at(-1) ?? "");
  }
}

function failure({ code, stderr }: RemoteResult): UserError {
  const last = stderr.trimEnd().split("\n").at(-1) ?? "";
  if (code === REFUSED) {
    const { cause, advice } = refusalSchema.parse(JSON.parse(last));
    return new UserError(cause, advice);
  }
  return new UserError(
    `the program of restores ended with exit code ${code}: ${last}`,
    "see whether the operations host is well: ./holdfast status",
  );
}
