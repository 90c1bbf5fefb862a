import { type Command, Option } from "commander";
import { stackOption } from "./stack-option.ts";

/** "holdfast alerts": what is wrong now, and who is told of it. */
export function alertCommands(program: Command): void {
  const alerts = program.command("alerts").description("what fires now, and who is told of it");

  alerts
    .command("list", { isDefault: true })
    .description("every alert that fires, the worst first, and every silence")
    .option(...stackOption)
    .option("--json", "as JSON, for programs")
    .action(async (options: import("./alerts.ts").AlertsOptions) =>
      (await import("./alerts.ts")).alertsList(options),
    );

  alerts
    .command("silence <alert>")
    .description("tell nobody of an alert for a while, as during a repair")
    .option(...stackOption)
    .option("--host <host>", "only of this host")
    .option("--for <span>", "like 30m, 2h or 1d", "2h")
    .requiredOption("--comment <text>", "why, for whoever wonders")
    .action(async (alert: string, options: import("./alerts.ts").SilenceOptions) =>
      (await import("./alerts.ts")).alertsSilence(alert, options),
    );

  alerts
    .command("unsilence <alert>")
    .description("end every silence of an alert, or of it on one host")
    .option(...stackOption)
    .option("--host <host>", "the silences of this host alone")
    .action(async (alert: string, options: import("./alerts.ts").SilencedAlert) =>
      (await import("./alerts.ts")).alertsUnsilence(alert, options),
    );

  alerts
    .command("test-notification")
    .description("send a real alert on its way, and see who takes it")
    .option(...stackOption)
    .addOption(
      new Option("--severity <severity>", "whose way")
        .choices(["critical", "high", "medium"])
        .default("critical"),
    )
    .action(async (options: Parameters<typeof import("./alerts.ts").testNotification>[0]) =>
      (await import("./alerts.ts")).testNotification(options),
    );
}
