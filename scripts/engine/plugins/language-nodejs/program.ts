import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb.js";

/** The SDK's exit code for an error that it has shown already, so that nobody shows it twice. */
const ALREADY_SHOWN = 32;

/** Starts the SDK's own runner for a program, in the way of the official language host. */
export class ProgramRunner {
  readonly #engine: string;
  readonly #running = new Set<ChildProcess>();

  constructor(engine: string) {
    this.#engine = engine;
  }

  run(request: RunRequest): Promise<RunResponse> {
    const info = request.getInfo();
    const folder = info?.getProgramDirectory() || request.getPwd();
    const options = info?.getOptions()?.toJavaScript() ?? {};
    const runner = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
    const nodeArguments =
      typeof options["nodeargs"] === "string" ? options["nodeargs"].split(/\s+/).filter(Boolean) : [];
    const child = spawn(
      process.execPath,
      [...nodeArguments, runner, ...this.#flags(request), entryPoint(request)],
      {
        cwd: request.getPwd(),
        env: {
          ...process.env,
          PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject())),
          PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
          PULUMI_NODEJS_TYPESCRIPT: String(options["typescript"] !== false),
        },
        stdio: ["ignore", "inherit", "inherit"],
      },
    );
    this.#running.add(child);
    return new Promise((resolve) => {
      const finish = (problem: string | undefined, bail = false) => {
        this.#running.delete(child);
        const response = new RunResponse();
        response.setError(problem ?? "");
        response.setBail(bail);
        resolve(response);
      };
      child.on("error", (error) => finish(`the program could not be started: ${error.message}`));
      child.on("exit", (code, signal) => {
        if (code === 0) {
          finish(undefined);
        } else if (code === ALREADY_SHOWN) {
          finish(undefined, true);
        } else {
          finish(signal ? `the program was ended by ${signal}` : `the program exited with code ${code}`);
        }
      });
    });
  }

  /**
   * Kills, because a program whose engine is gone hears nothing else: the SDK reports each failed call, the report fails
   * as well, and that goes on for ever, at full load.
   */
  end(): void {
    for (const child of this.#running) {
      child.kill("SIGKILL");
    }
  }

  #flags(request: RunRequest): string[] {
    const flags: Record<string, string> = {
      monitor: request.getMonitorAddress(),
      engine: this.#engine,
      organization: request.getOrganization(),
      project: request.getProject(),
      "root-directory": request.getInfo()?.getRootDirectory() ?? "",
      stack: request.getStack(),
      pwd: request.getPwd(),
      parallel: String(request.getParallel()),
    };
    return [
      ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
      ...(request.getDryrun() ? ["--dry-run"] : []),
    ];
  }
}

const entryPoint = (request: RunRequest): string =>
  request.getInfo()?.getEntryPoint() || request.getProgram() || ".";
