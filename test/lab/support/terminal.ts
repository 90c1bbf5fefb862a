import { execa } from "execa";
import { quote } from "../../../components/remote/shell.ts";
import { PROJECT_ROOT } from "../../../scripts/project.ts";
import { eventually } from "./lab.ts";

/** ./holdfast at a terminal, which util-linux's "script" makes: only there it asks. */
export class Terminal {
  #shown = "";
  readonly #running;

  constructor(...args: string[]) {
    this.#running = execa("script", ["-qefc", ["./holdfast", ...args].map(quote).join(" "), "/dev/null"], {
      cwd: PROJECT_ROOT,
      reject: false,
      all: true,
      buffer: false,
      timeout: 120_000,
    });
    this.#running.all.on("data", (chunk: Buffer) => {
      this.#shown += chunk.toString();
    });
  }

  get shown(): string {
    return this.#shown;
  }

  /** Answers once the question is there. */
  async answers(question: string, line: string): Promise<void> {
    await eventually(`"${question}" is asked: ${this.#shown}`, 60, async () =>
      this.#shown.includes(question),
    );
    this.#running.stdin.write(line);
  }

  async code(): Promise<number | undefined> {
    return (await this.#running).exitCode;
  }
}
