import type { z } from "zod";
import { MAINTENANCE_MARK } from "../../components/paths.ts";
import { quote } from "../../components/remote/shell.ts";
import { messageOf, UserError } from "../report.ts";
import type { ClusterAccess } from "../stack/access.ts";
import type { StackHost } from "../stack/outputs.ts";
import { HostSession } from "../stack/ssh.ts";
import { type ClusterView, clusterViewSchema } from "./view.ts";

const TLS = "/etc/postgresql/tls";
const REST_PORT = 8008;

/** A running cluster, with a kept connection to each of its hosts: operations ask and order over these. */
export class RunningCluster {
  readonly access: ClusterAccess;
  readonly #sessions: ReadonlyMap<string, HostSession>;
  /** Why a host cannot be reached, by its name. */
  readonly unreachable: ReadonlyMap<string, string>;
  /** Hosts whose services an operator stopped. */
  readonly inMaintenance: ReadonlySet<string>;

  private constructor(
    access: ClusterAccess,
    sessions: ReadonlyMap<string, HostSession>,
    unreachable: ReadonlyMap<string, string>,
    inMaintenance: ReadonlySet<string>,
  ) {
    this.access = access;
    this.#sessions = sessions;
    this.unreachable = unreachable;
    this.inMaintenance = inMaintenance;
  }

  /** Opens the connections, works, and closes them whatever happens. */
  static async with<T>(access: ClusterAccess, work: (cluster: RunningCluster) => Promise<T>): Promise<T> {
    const sessions = new Map<string, HostSession>();
    const unreachable = new Map<string, string>();
    const inMaintenance = new Set<string>();
    await Promise.all(
      access.hosts.map(async (host) => {
        try {
          const session = await HostSession.open(access, host);
          sessions.set(host.name, session);
          if ((await session.run(`test -e ${MAINTENANCE_MARK}`)).code === 0) inMaintenance.add(host.name);
        } catch (error) {
          unreachable.set(host.name, messageOf(error));
        }
      }),
    );
    try {
      return await work(new RunningCluster(access, sessions, unreachable, inMaintenance));
    } finally {
      for (const session of sessions.values()) session.close();
    }
  }

  get members(): readonly StackHost[] {
    return this.access.hosts.filter((host) => host.role === "database");
  }

  /** Those that serve clients. */
  get proxies(): readonly StackHost[] {
    return this.access.hosts.filter((host) => host.role === "proxy" && !this.inMaintenance.has(host.name));
  }

  host(name: string): StackHost {
    const host = this.access.hosts.find((each) => each.name === name);
    if (host === undefined) throw new Error(`no host ${name} in this cluster`);
    return host;
  }

  reaches(host: StackHost): boolean {
    return this.#sessions.has(host.name);
  }

  session(name: string): HostSession {
    const session = this.#sessions.get(name);
    if (session === undefined) {
      throw new UserError(this.unreachable.get(name) ?? `there is no host ${name}`, "bring it back first");
    }
    return session;
  }

  /** The cluster as Patroni knows it, asked from the first of these members that answers. */
  async view(members = this.members.map((member) => member.name)): Promise<ClusterView> {
    const problems: string[] = [];
    for (const member of members) {
      try {
        const answer = await this.patroni(member, "GET", "cluster", { seconds: 5 });
        if (answer.status === 200) return clusterViewSchema.parse(JSON.parse(answer.body));
        problems.push(`${member}: ${answer.status} ${answer.body}`);
      } catch (error) {
        problems.push(`${member}: ${messageOf(error)}`);
      }
    }
    throw new UserError(
      `no member's Patroni can be asked: ${problems.join("; ")}`,
      "look at ./holdfast status and at the members' logs",
    );
  }

  /** A request to a member's REST interface, made on that member with its own certificate. */
  async patroni(
    member: string,
    method: "GET" | "POST",
    path: string,
    options: { readonly body?: object; readonly seconds: number },
  ): Promise<{ readonly status: number; readonly body: string }> {
    const address = this.host(member).address;
    const data = options.body === undefined ? "" : `--data ${quote(JSON.stringify(options.body))}`;
    const { stdout } = await this.session(member).run(
      `curl --silent --max-time ${options.seconds} --cacert ${TLS}/ca.crt --cert ${TLS}/server.crt --key ${TLS}/server.key \
        --request ${method} ${data} --write-out '\\n%{http_code}' https://${address}:${REST_PORT}/${path}`,
      options.seconds + 5,
    );
    const end = stdout.lastIndexOf("\n");
    return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
  }

  /** Asks a member's server, as its superuser by the socket; rows as the schema says, from one JSON value. */
  async sql<T>(member: string, query: string, schema: z.ZodType<T>): Promise<T> {
    const { code, stdout, stderr } = await this.session(member).run(
      `runuser -u postgres -- psql -XAtqd postgres -v ON_ERROR_STOP=1 <<'SQL'\n${query}\nSQL\n`,
    );
    if (code !== 0) {
      throw new UserError(`${member}: PostgreSQL refuses: ${stderr.trim()}`, "look at ./holdfast status");
    }
    return schema.parse(stdout.trim() === "" ? null : JSON.parse(stdout));
  }

  /** Runs a statement that gives nothing back. */
  async execute(member: string, statement: string, seconds: number): Promise<void> {
    const { code, stderr } = await this.session(member).run(
      `runuser -u postgres -- psql -XAtqd postgres -v ON_ERROR_STOP=1 <<'SQL'\n${statement}\nSQL\n`,
      seconds,
    );
    if (code !== 0) {
      throw new UserError(`${member}: PostgreSQL refuses: ${stderr.trim()}`, "look at ./holdfast status");
    }
  }

  /** The last lines of a unit's journal on a host, for an error's text. */
  async lastLines(host: string, unit: string, count = 8): Promise<string> {
    const { stdout } = await this.session(host).run(
      `journalctl --unit ${quote(unit)} --lines ${count} --no-pager --output cat`,
    );
    return stdout.trimEnd().replaceAll(/^/gm, "  ");
  }
}
