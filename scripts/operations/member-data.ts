import { AGENT_PATH } from "../../components/paths.ts";
import { EXCHANGE_DATA } from "../../components/patroni/names.ts";
import { quote } from "../../components/remote/shell.ts";
import { UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";

const COPY_SECONDS = 24 * 3600;
/** An activation that is under way is waited for, then Patroni, which may take its 120 s. */
const STOP_SECONDS = 600;

/** A member's data directory, as its host exchanges it: each step once, and refused where it would not fit. */
export class MemberData {
  readonly #cluster: RunningCluster;
  readonly name: string;

  constructor(cluster: RunningCluster, name: string) {
    this.#cluster = cluster;
    this.name = name;
  }

  /** Refused where so many bytes do not fit beside its own data. */
  room = (bytes: number): Promise<string> => this.#do(`room ${bytes}`, 60);

  /** Copies the restored data, of so many bytes, beside this member's own. */
  take = (bytes: number): Promise<string> => this.#do(`take ${bytes}`, COPY_SECONDS);
  discard = (): Promise<string> => this.#do("discard", COPY_SECONDS);

  /** Puts what was copied in place of its data, which is in the folder from then on. */
  exchange = (folder: string): Promise<string> => this.#do(`exchange ${quote(folder)}`, 600);

  /**
   * The data of that folder again, on a timeline beyond the newest; goes on where an attempt before it came to, and does
   * nothing when nothing was exchanged. Settled, when the cluster has it.
   */
  back = (folder: string, newest: number): Promise<string> =>
    this.#do(`back ${quote(folder)} ${newest}`, COPY_SECONDS);
  settled = (): Promise<string> => this.#do("settled", COPY_SECONDS);

  /** Starts Patroni with nobody else there, begin beside the others, anew without its data. */
  alone = (): Promise<string> => this.#do("alone", 60);
  begin = (): Promise<string> => this.#do("begin", 60);
  anew = (): Promise<string> => this.#do("anew", 3600);

  /** Ends Patroni and PostgreSQL, over reboots too, until `release`. */
  async hold(): Promise<void> {
    await this.#run(`${AGENT_PATH} maintenance on database`, STOP_SECONDS);
    await this.#do("stopped", 180);
  }

  release = (): Promise<string> => this.#run(`${AGENT_PATH} maintenance off database`, 900);

  /** That its data is on; 0 where the data is not even good for telling it. */
  async timeline(): Promise<number> {
    return Number(await this.#do("timeline", 60));
  }

  /** The folders with data from before recoveries, the newest last. */
  async kept(): Promise<readonly string[]> {
    return (await this.#do("list", 60)).split("\n").filter(Boolean);
  }

  confirm = (): Promise<string> => this.#do("confirm", COPY_SECONDS);

  #do(order: string, seconds: number): Promise<string> {
    return this.#run(`${EXCHANGE_DATA} ${order}`, seconds);
  }

  async #run(command: string, seconds: number): Promise<string> {
    const { code, stdout, stderr } = await this.#cluster.session(this.name).run(command, seconds);
    if (code === 0) return stdout.trim();
    throw new UserError(
      `${this.name}: ${stderr.trim() || `${command} ended with exit code ${code}`}`,
      `mend that and run the command again; its log: ./holdfast logs ${this.name} patroni`,
    );
  }
}
