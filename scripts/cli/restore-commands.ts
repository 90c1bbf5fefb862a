import type { Command } from "commander";
import { stackOption } from "./stack-option.ts";

/** The verbs of ./holdfast restore. */
export function restoreCommands(program: Command): void {
  const restore = program
    .command("restore")
    .description(
      "backups: which there are, restoring them beside the cluster or in place of its data, and testing that they can be restored",
    );

  restore
    .command("list")
    .description("every base backup, where it is, how far its WAL leads, and when it was last proven")
    .option(...stackOption)
    .option("--json", "as JSON, for programs")
    .action(async (options: { stack: string; json?: true }) =>
      (await import("./restore.ts")).restoreList(options.stack, options.json ?? false),
    );

  moment(restore.command("plan"))
    .description("how a moment would be recovered, how long it takes, and what would be missing")
    .option("--json", "as JSON, for programs")
    .action(async (options: import("./restore-options.ts").MomentOptions & { json?: true }) =>
      (await import("./restore.ts")).restorePlan(options),
    );

  moment(restore.command("run"))
    .description(
      "restore beside the cluster, to look at it or to bring a table back; or in place of its data",
    )
    .option("--into <place>", "scratch, beside the cluster; or cluster, in place of its data", "scratch")
    .option("--confirm <cluster>", "with --into cluster: its name, instead of asking for it")
    .option("--name <name>", "of this restore", "scratch")
    .option("--table <table>", "copy this table into the cluster, and take the restored server away again")
    .option("--database <name>", "the table's; default: the first")
    .action(async (options: import("./restore-options.ts").RunOptions) =>
      (await import("./restore.ts")).restoreRun(options),
    );

  restore
    .command("stop")
    .description("take a restored server away, with its data")
    .argument("[name]", "of the restore", "scratch")
    .option(...stackOption)
    .action(async (name: string, options: { stack: string }) =>
      (await import("./restore.ts")).restoreStop(options.stack, name),
    );

  restore
    .command("undo")
    .description("put the data back that the cluster had before it was recovered by --into cluster")
    .option(...stackOption)
    .option("--confirm <cluster>", "its name, instead of asking for it")
    .action(async (options: { stack: string; confirm?: string }) =>
      (await import("./restore-kept.ts")).restoreUndo(options),
    );

  restore
    .command("confirm")
    .description("delete the data that the cluster had before it was recovered by --into cluster")
    .option(...stackOption)
    .option("--yes", "do not ask")
    .action(async (options: { stack: string; yes?: true }) =>
      (await import("./restore-kept.ts")).restoreConfirm(options),
    );

  restore
    .command("test")
    .description("restore the newest backup on the operations host, look at it, and take it away")
    .option(...stackOption)
    .option("--from <place>", "bucket or barman; default: in turns")
    .option("--backup <id>", "default: the newest")
    .action(async (options: import("./restore-options.ts").TestOptions) =>
      (await import("./restore.ts")).restoreTest(options),
    );

  restore
    .command("report")
    .description("what the backups of a month were like, and which moments can be recovered now")
    .option(...stackOption)
    .option("--month <month>", "like 2026-01; default: this one so far")
    .option("--html <file>", "as a page with plots, into this file, too")
    .action(async (options: import("./backup-report.ts").ReportOptions) =>
      (await import("./backup-report.ts")).backupReport(options),
    );
}

/** Of the verbs that recover a moment. */
const moment = (command: Command): Command =>
  command
    .option(...stackOption)
    .option(
      "--to <moment>",
      "latest, a time, an LSN, a transaction's number or a restore point's name",
      "latest",
    )
    .option("--from <place>", "bucket or barman", "bucket")
    .option("--backup <id>", "the backup to begin with, or previous; default: the best for the moment")
    .option("--timeline <number>", "default: the newest");
