import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { type ManagedFile, renderBundle } from "../../components/remote/managed-file.ts";

const AGENT = new URL("../../components/remote/agent.sh", import.meta.url).pathname;

/** The agent uses what every Debian has: GNU's install, stat and cp, and flock. */
export const AGENT_RUNS_HERE = process.platform === "linux";

/** Files may be given only to whom the tests themselves run as. */
export const OWNER = (() => {
  const group = spawnSync("id", ["-gn"], { encoding: "utf8" }).stdout.trim();
  return `${userInfo().username}:${group}`;
})();

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A "host" in a folder: the real agent, with its state, its scripts and all files below that folder. */
export class AgentHost {
  readonly folder = mkdtempSync(join(tmpdir(), "holdfast-agent-"));

  path(name: string): string {
    return join(this.folder, "host", name);
  }

  /** A file as a component has it; the name is below the folder. */
  file(name: string, content: string, mode = "0644"): ManagedFile {
    return { path: this.path(name), owner: OWNER, mode, content };
  }

  /** A component's own script, with its validate, apply and verify. */
  script(component: string, text: string): ManagedFile {
    return {
      path: join(this.folder, `scripts/${component}.sh`),
      owner: OWNER,
      mode: "0644",
      content: `${text}\n`,
    };
  }

  /** Through another command, as a step on a host runs through "timeout". */
  run(args: readonly string[], input = "", through: readonly string[] = []): Answer {
    const [program = "bash", ...rest] = [...through, "bash", AGENT, ...args];
    const { status, stdout, stderr } = spawnSync(program, rest, {
      input,
      encoding: "utf8",
      env: {
        ...process.env,
        // Commands that a test puts there stand for the machine's own.
        PATH: `${join(this.folder, "bin")}:${process.env["PATH"] ?? ""}`,
        HOLDFAST_STATE: join(this.folder, "state"),
        HOLDFAST_SCRIPTS: join(this.folder, "scripts"),
        HOLDFAST_POLICY: this.path("policy-rc.d"),
      },
    });
    return { code: status ?? -1, stdout, stderr };
  }

  stage(component: string, files: readonly ManagedFile[], bundle = "files"): Answer {
    return this.run(["stage", component, bundle], renderBundle(files));
  }

  /** Stages the files and activates them. */
  install(component: string, files: readonly ManagedFile[]): Answer {
    const staged = this.stage(component, files);
    return staged.code === 0 ? this.run(["activate", component]) : staged;
  }

  /** Puts a command there that the agent finds before the machine's own. */
  command(name: string, text: string): void {
    mkdirSync(join(this.folder, "bin"), { recursive: true });
    writeFileSync(join(this.folder, "bin", name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  stat(name: string): { readonly mode: string; readonly inode: number; readonly changed: number } {
    const { mode, ino, ctimeMs } = statSync(this.path(name));
    return { mode: `0${(mode & 0o7777).toString(8)}`, inode: ino, changed: ctimeMs };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
