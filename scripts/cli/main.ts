import { Command } from "commander";
import { alertCommands } from "./alert-commands.ts";
import { restoreCommands } from "./restore-commands.ts";
import { runTop } from "./run.ts";
import { stackOption } from "./stack-option.ts";

/** Each verb's module is loaded only when it is used: most of them need a fraction of all packages. */
const program = new Command("holdfast")
  .description("A highly available PostgreSQL cluster as one Pulumi program")
  .showHelpAfterError()
  // Options of a command that ssh runs must not be taken for ours.
  .enablePositionalOptions();

program
  .command("up")
  .description("set up what is missing, bring the stack up to its configuration, and prove that it works")
  .option(...stackOption)
  .option("--yes", "do not ask before a change")
  .action(async (options: import("./up.ts").UpOptions) => (await import("./up.ts")).up(options));

program
  .command("preview")
  .description(
    "what an update would do, to which hosts and to the service, with the lines of the files that change",
  )
  .option(...stackOption)
  .option("--json", "as JSON, for programs")
  .action(async (options: { stack: string; json?: true }) =>
    (await import("./preview.ts")).preview(options.stack, options.json ?? false),
  );

program
  .command("destroy")
  .description("take the cluster away, with its data, after saying so and asking")
  .option(...stackOption)
  .option("--yes", "do not ask")
  .action(async (options: import("./destroy.ts").DestroyOptions) =>
    (await import("./destroy.ts")).destroy(options),
  );

program
  .command("status")
  .description("members, roles, lag, endpoints and versions, asked from the hosts")
  .option(...stackOption)
  .option("--json", "as JSON, for programs")
  .action(async (options: { stack: string; json?: true }) =>
    (await import("./status.ts")).status(options.stack, options.json ?? false),
  );

program
  .command("switchover")
  .description("move the primary to another member, with the clients of the pools waiting meanwhile")
  .option(...stackOption)
  .option("--to <host>", "the member that takes over; default: the standby that is least behind")
  .option("--force", "end transactions that run for more than 2 s")
  .option("--yes", "do not ask")
  .option("--json", "the result as JSON")
  .action(async (options: import("./switchover.ts").SwitchoverOptions) =>
    (await import("./switchover.ts")).switchoverVerb(options),
  );

program
  .command("restart")
  .description("restart PostgreSQL where a changed setting waits for it, one server after the other")
  .option(...stackOption)
  .option("--rolling", "on all members")
  .option("--force", "end transactions that run for more than 2 s")
  .option("--yes", "do not ask")
  .option("--json", "the result as JSON")
  .action(async (options: import("./restart.ts").RestartOptions) =>
    (await import("./restart.ts")).restart(options),
  );

program
  .command("reinit <host>")
  .description("delete a standby's data and copy it again from the leader")
  .option(...stackOption)
  .option("--force", "also while another standby is not whole, and commits would wait for this one")
  .option("--yes", "do not ask")
  .action(async (host: string, options: import("./reinit.ts").ReinitOptions) =>
    (await import("./reinit.ts")).reinit(host, options),
  );

program
  .command("maintenance <host> <on|off>")
  .description("take a host out of service, for a reboot or a repair, or back into it")
  .option(...stackOption)
  .option("--force", "end transactions that run for more than 2 s")
  .option("--yes", "do not ask")
  .action(async (host: string, order: string, options: import("./maintenance.ts").MaintenanceOptions) =>
    (await import("./maintenance.ts")).maintenance(host, order, options),
  );

program
  .command("psql")
  .description("open psql on an endpoint; what follows -- goes to psql")
  .option(...stackOption)
  .option("--reader", "the reader endpoint instead of the writer")
  .option("--session", "the whole-session port instead of the transaction pool")
  .option("--database <name>", "default: the first one")
  .option("--role <name>", "default: the owner of the database")
  .argument("[arguments...]")
  .action(async (args: string[], options: import("./psql.ts").PsqlOptions) =>
    (await import("./psql.ts")).psql(options, args),
  );

program
  .command("ssh <host> [command...]")
  .description("open a shell on a host, or run a command there")
  .option(...stackOption)
  .passThroughOptions()
  .action(async (host: string, command: string[], options: { stack: string }) =>
    (await import("./ssh-session.ts")).sshSession(options.stack, host, command),
  );

program
  .command("render")
  .description("every file of every host, without deploying it; nothing but the stack's file is read")
  .option(...stackOption)
  .option("--out <folder>", "write the files there, as HOST/PATH, instead of showing them")
  .option("--json", "as JSON, for programs")
  .action(async (options: import("./render.ts").RenderOptions) =>
    (await import("./render.ts")).render(options),
  );

program
  .command("topology")
  .description("who talks to whom, on which port, and how it proves who it is")
  .option(...stackOption)
  .option("--svg <file>", "as a picture, into this file")
  .option("--mermaid", "as the text of a Mermaid flow chart")
  .option("--json", "as JSON, for programs")
  .action(async (options: import("./topology.ts").TopologyOptions) =>
    (await import("./topology.ts")).topology(options),
  );

program
  .command("logs <host> [unit]")
  .description(
    "the journal of a host, of one unit or of all that the cluster consists of there; times are UTC",
  )
  .option(...stackOption)
  .option("--since <time>", "a span like 90s, 15m, 2h, 3d, or a time like 2026-01-31T12:00 (UTC)")
  .option("--lines <number>", "the last ones only; default: 100, or all with --since")
  .option("--follow", "go on with what comes")
  .option("--json", "each entry as JSON, for programs")
  .action(async (host: string, unit: string | undefined, options: import("./logs.ts").LogsOptions) =>
    (await import("./logs.ts")).logs(host, unit, options),
  );

program
  .command("monitoring")
  .description("where Prometheus is, and Grafana if there is one, and as whom to look at them")
  .option(...stackOption)
  .option("--password [server]", "the password for prometheus (the default) or grafana, and nothing else")
  .action(async (options: import("./monitoring.ts").MonitoringOptions) =>
    (await import("./monitoring.ts")).monitoring(options),
  );

program
  .command("drift")
  .description("what was changed on the hosts by hand, as a diff; exit code 3 when anything was")
  .option(...stackOption)
  .option("--json", "as JSON, for programs")
  .action(async (options: { stack: string; json?: true }) =>
    (await import("./drift.ts")).drift(options.stack, options.json ?? false),
  );

const lab = program.command("lab").description("the labs on this machine");

lab
  .command("list")
  .description("every lab on this machine: its hosts, volumes, age, and whose it is")
  .option("--json", "as JSON, for programs")
  .action(async (options: { json?: true }) => (await import("./lab.ts")).labList(options.json ?? false));

lab
  .command("clean [names...]")
  .description("remove the labs that crashed tests left, or the named ones, with their data")
  .option("--yes", "do not ask")
  .option("--force", "also a lab that this checkout knows, or whose test still runs")
  .action(async (names: string[], options: import("./lab.ts").CleanOptions) =>
    (await import("./lab.ts")).labClean(names, options),
  );

restoreCommands(program);
alertCommands(program);

program
  .command("doctor")
  .description("what this machine lacks, and how to get it")
  .action(async () => (await import("./doctor.ts")).doctor());

program
  .command("env <stack>")
  .description("the shell's environment for a stack; ./activate reads it")
  .action(async (stack: string) => (await import("./env.ts")).env(stack));

program
  .command("prepare")
  .description("set up what the local stack and the tests need of this machine, and nothing more")
  .action(async () => {
    const [{ prepareMachine }, { report }] = await Promise.all([
      import("../setup/machine.ts"),
      import("../report.ts"),
    ]);
    await prepareMachine(report);
  });

program
  .command("check")
  .description("types, format, promises, architecture, dead code, shell scripts")
  .action(async () => (await import("./check.ts")).check());

program
  .command("test")
  .description("set up what the tests need, run the checks and then all tests; FILTERS narrow the tests")
  .option(
    "--project <name>",
    "only unit, program, rehearsal, lab, backup-faults, quiet-hour, matrix or faults, and without the checks",
  )
  .option("-t, --name <pattern>", "only the tests whose name has this in it")
  .argument("[filters...]")
  .action(async (filters: string[], options: import("./test.ts").TestOptions) =>
    (await import("./test.ts")).test(filters, options),
  );

program
  .command("bench")
  .description("build a lab and measure it")
  .argument(
    "[measures...]",
    "updates, memory, throughput, archiving, gaps, restores, alerts; default: all of them",
  )
  .action(async (measures: string[]) => (await import("./bench.ts")).bench(measures));

await runTop(() => program.parseAsync());
