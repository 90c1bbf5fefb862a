import { UserError } from "../report.ts";
import { isOnPath } from "../setup/apt.ts";
import { ownerOf } from "../stack/endpoint.ts";
import { type Endpoint, readStack, type Stack } from "../stack/outputs.ts";
import { wayTo } from "../stack/tunnel.ts";
import { withSecretFiles } from "./credentials.ts";

export interface PsqlOptions {
  readonly stack: string;
  readonly reader?: true;
  readonly session?: true;
  readonly database?: string;
  readonly role?: string;
}

/** psql on an endpoint, with its certificate verified; libpq itself tries one proxy after the other. */
export async function psql(options: PsqlOptions, args: readonly string[]): Promise<void> {
  if (!(await isOnPath("psql"))) {
    throw new UserError("psql is not on this machine", "install it: apt-get install postgresql-client");
  }
  const stack = await readStack(options.stack);
  const owner = ownerOf(stack, options.database);
  const role = options.role ?? owner.role;
  const password = stack.passwords[role];
  if (password === undefined) {
    throw new UserError(
      `there is no role "${role}"`,
      `name one of: ${Object.keys(stack.passwords).sort().join(", ")}`,
    );
  }
  const servers = await reachable(stack, endpointFor(options));
  process.exitCode = await withSecretFiles(
    { "ca.crt": stack.certificateAuthority, pgpass: `*:*:*:*:${password}\n` },
    (files) => ({
      program: "psql",
      args,
      environment: {
        // What this user's own shell has for other servers would win over the files.
        PGPASSWORD: undefined,
        PGSERVICE: undefined,
        // The name is the one that the server's certificate carries, wherever it is reached.
        PGHOST: servers.map(({ name }) => name).join(","),
        PGHOSTADDR: servers.map(({ way }) => way.address).join(","),
        PGPORT: servers.map(({ way }) => way.port).join(","),
        PGDATABASE: owner.database,
        PGUSER: role,
        PGPASSFILE: files["pgpass"] ?? "",
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: files["ca.crt"] ?? "",
        PGCONNECT_TIMEOUT: "5",
        PGAPPNAME: "holdfast psql",
      },
    }),
  );
  for (const { way } of servers) way.close();
}

/** The proxies of an endpoint that there is a way to. */
async function reachable(stack: Stack, endpoint: Endpoint) {
  const tried = await Promise.allSettled(
    stack.endpoints[endpoint].map(async (at) => ({ name: at.host, way: await wayTo(stack, at) })),
  );
  const servers = tried.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (servers.length > 0) return servers;
  throw tried.find((each) => each.status === "rejected")?.reason;
}

function endpointFor(options: PsqlOptions): Endpoint {
  if (options.session) return options.reader ? "readerSession" : "writerSession";
  return options.reader ? "reader" : "writer";
}
