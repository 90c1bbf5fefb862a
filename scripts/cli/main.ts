import { Command } from "commander";
import { LOCAL_STACK } from "../setup/environment.ts";
import { runTop } from "./run.ts";

/** Each verb's module is loaded only when it is used: most of them need a fraction of all packages. */
const program = new Command("holdfast")
  .description("A highly available PostgreSQL cluster as one Pulumi program")
  .showHelpAfterError()
  // Options of a command that ssh runs must not be taken for ours.
  .enablePositionalOptions();

const stackOption = [
  "--stack <name>",
  "the stack to work on",
  process.env["PULUMI_STACK"] ?? LOCAL_STACK,
] as const;

program
  .command("up")
  .description("set up what is missing, bring the stack up to its configuration, and prove that it works")
  .option(...stackOption)
  .option("--yes", "do not ask before a change")
  .action(async (options: import("./up.ts").UpOptions) => (await import("./up.ts")).up(options));

program
  .command("status")
  .description("members, roles, lag, endpoints and versions, asked from the hosts")
  .option(...stackOption)
  .option("--json", "as JSON, for programs")
  .action(async (options: { stack: string; json?: true }) =>
    (await import("./status.ts")).status(options.stack, options.json ?? false),
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
  .option("--project <name>", "only unit, program, lab, matrix or faults, and without the checks")
  .option("-t, --name <pattern>", "only the tests whose name has this in it")
  .argument("[filters...]")
  .action(async (filters: string[], options: import("./test.ts").TestOptions) =>
    (await import("./test.ts")).test(filters, options),
  );

await runTop(() => program.parseAsync());
