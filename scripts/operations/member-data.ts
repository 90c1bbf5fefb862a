import { AGENT_PATH } from "../../components/paths.ts";
import { EXCHANGE_DATA } from "../../components/patroni/names.ts";
import { quote } from "../../components/remote/shell.ts";
import { UserError } from "../report.ts";
import type { RunningCluster } from "./cluster.ts";

const COPY_SECONDS = 24 * 3600;
const STOP_SECONDS = 300;

/** A member's data directory, as its host exchanges it: each step once, and refused where it would not fit. */
export class MemberData {
  readonly #cluster: RunningCluster;
  readonly name: string;

  constructor(cluster: RunningCluster, name: string) {
    this.#cluster = cluster;
    this.name = name;
  }

  /** Copies the restored data, of so many bytes, beside this member's own. */
  take = (bytes: number): Promise<string> => this.#do(`take ${bytes}`, COPY_SECONDS);
  discard = (): Promise<string> => this.#do("discard", COPY_SECONDS);

  /** The folder in which its data of before is from now on. */
  exchange = (): Promise<string> => this.#do("exchange", 300);

  /** That data again, on a timeline of its own. */
  back = (folder: string): Promise<string> => this.#do(`back ${quote(folder)}`, COPY_SECONDS);

  /** Starts Patroni with nobody else there, begin beside the others, anew without its data. */
  alone = (): Promise<string> => this.#do("alone", 60);
  begin = (): Promise<string> => this.#do("begin", 60);
  anew = (): Promise<string> => this.#do("anew", 3600);

  /** Ends Patroni and PostgreSQL, over reboots too, until `release`. */
  async hold(): Promise<void> {
    await this.#run(`${AGENT_PATH} maintenance on database`, STOP_SECONDS);
    await this.#do("stopped", 60);
  }

  release = (): Promise<string> => this.#run(`${AGENT_PATH} maintenance off database`, 900);

  /** How far it is: the timeline, and the LSN as a number. */
  async position(): Promise<{ readonly timeline: number; readonly lsn: bigint }> {
    const [timeline = "0", lsn = "0"] = (await this.#do("position", 60)).split(" ");
    return { timeline: Number(timeline), lsn: BigInt(lsn) };
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
      `look at its log: ./holdfast logs ${this.name} patroni`,
    );
  }
}
