import type { AlertSink } from "../../lab/support/alert-sink.ts";
import { BackupSite } from "../../lab/support/backup-site.ts";
import { type Lab, wholeCluster } from "../../lab/support/lab.ts";
import { Prometheus } from "../../lab/support/prometheus.ts";

/** Who is who when a batch begins. */
interface Roles {
  readonly leader: string;
  readonly standbys: readonly [string, string];
}

export async function rolesOf(lab: Lab): Promise<Roles> {
  const { leader, members } = await wholeCluster(lab, 180);
  const [first, second] = members.map(({ name }) => name).filter((name) => name !== leader);
  if (leader === null || first === undefined || second === undefined)
    throw new Error("the cluster is not one of three members");
  return { leader, standbys: [first, second] };
}

/** One drill: on what it works, when its fault began, and how that ends. */
export class Scene {
  readonly lab: Lab;
  readonly sink: AlertSink;
  readonly site: BackupSite;
  readonly prometheus: Prometheus;
  readonly leader: string;
  readonly standbys: readonly [string, string];
  #since = Date.now();
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor(lab: Lab, sink: AlertSink, { leader, standbys }: Roles) {
    this.lab = lab;
    this.sink = sink;
    this.site = new BackupSite(lab);
    this.prometheus = new Prometheus(lab);
    this.leader = leader;
    this.standbys = standbys;
  }

  /** When the fault began, in milliseconds. */
  get since(): number {
    return this.#since;
  }

  /** What came before was only its preparation. */
  begins(at = Date.now()): void {
    this.#since = at;
  }

  /** Said before it is done, since it may be done by half: has to work then, too. */
  atEnd(undo: () => Promise<unknown>): void {
    this.#undo.push(undo);
  }

  /** Takes everything back, the last first, whatever of it fails. */
  async end(): Promise<void> {
    const problems: unknown[] = [];
    for (const undo of this.#undo.splice(0).reverse()) {
      await undo().catch((error: unknown) => problems.push(error));
    }
    if (problems.length > 0) throw new AggregateError(problems, problems.map(String).join("; "));
  }

  /** A script as root, over no network of the host. */
  inside(host: string, script: string): Promise<string> {
    return this.lab.inside(host, script);
  }
}
