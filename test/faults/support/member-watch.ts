import { readFileSync } from "node:fs";
import { execa } from "execa";
import { podmanCommand } from "../../../scripts/stack/containers.ts";
import { ownerOf } from "../../../scripts/stack/endpoint.ts";
import type { Stack, StackHost } from "../../../scripts/stack/outputs.ts";
import { containerOf } from "../../lab/support/lab.ts";
import type { Acknowledgement } from "../../lab/support/ledger.ts";
import type { Claim } from "./writers.ts";

const SCRIPT = readFileSync(new URL("./member-watch.py", import.meta.url), "utf8");
const REOPEN_MS = 500;

/**
 * What one member says of itself five times a second, and which rows it acknowledges to a client on its own host. All
 * over one channel into the container, which no cut of the network touches, and which is opened again only when the
 * container itself was gone.
 */
export class MemberWatch {
  readonly claims: Claim[] = [];
  readonly acknowledgements: Acknowledgement[] = [];
  readonly #stack: Stack;
  readonly #member: StackHost;
  #stopping = false;
  #stopChannel: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(stack: Stack, member: StackHost) {
    this.#stack = stack;
    this.#member = member;
  }

  start(): void {
    this.#running = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopChannel();
    await this.#running;
  }

  async #watch(): Promise<void> {
    for (let channel = 1; !this.#stopping; channel++) {
      await this.#channel(`${this.#member.name}-${channel}`);
      if (!this.#stopping) await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
    }
  }

  /** Until the container or the watch ends. */
  async #channel(writer: string): Promise<void> {
    const { database } = ownerOf(this.#stack);
    const [program, ...args] = podmanCommand([
      ...["exec", "--interactive", containerOf(this.#stack.name, this.#member.name)],
      ...["runuser", "-u", "postgres", "--", "python3", "-c", SCRIPT, database, writer],
    ]);
    const channel = execa(program, args, { reject: false, buffer: false, stdin: "pipe", stderr: "ignore" });
    // The script ends with its input.
    this.#stopChannel = () => channel.stdin.end();
    if (this.#stopping) this.#stopChannel();
    for await (const line of channel) {
      this.#take(line.split(" "));
    }
  }

  #take([kind, ...words]: readonly string[]): void {
    if (kind === "state") {
      const [tick, state] = words;
      if (state !== "down") {
        this.claims.push({ member: this.#member.name, tick: Number(tick), primary: state === "primary" });
      }
    } else if (kind === "ack") {
      const [row = "", timeline, begun, acknowledged] = words;
      this.acknowledgements.push({
        row,
        server: this.#member.address,
        timeline: Number(timeline),
        begun: Number(begun),
        acknowledged: Number(acknowledged),
      });
    }
  }
}
