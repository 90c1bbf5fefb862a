import { AGENT_PATH } from "../../components/paths.ts";
import { messageOf, type Report, UserError } from "../report.ts";
import { hostNamed, type Stack } from "./outputs.ts";
import { runOnHost } from "./ssh.ts";

/** One thing on a host that is not as it was put there. */
export interface Difference {
  readonly component: string;
  /** The path of a file; "etcd:KEY" for what the cluster keeps there. */
  readonly subject: string;
  /** "waiting": staged by an update that runs or did not end, so nobody's edit. */
  readonly state: "changed" | "missing" | "waiting";
  readonly contentDiffers: boolean;
  /** Of a secret only the fact is known, never a line. */
  readonly secret: boolean;
  /** owner:group:mode as configured and as it is; undefined for what is no file. */
  readonly configuredAccess?: string;
  readonly access?: string;
  /** A unified diff, from what is configured to what is on the host; empty where there is none to show. */
  readonly diff: string;
}

export interface HostDrift {
  readonly host: string;
  readonly differences: readonly Difference[];
  /** Why the host, or a part of it, could not be asked. */
  readonly problem?: string;
}

export const hasDrift = (drift: readonly HostDrift[]): boolean =>
  drift.some(({ differences }) => differences.length > 0);

/** Activating waits for daemons: longer than the longest of them waits. */
const REPAIR_SECONDS = 300;

/** Asks the hosts at the same time; one that does not answer is named with its problem. */
export async function findDrift(stack: Stack, hosts = stack.hosts): Promise<HostDrift[]> {
  return Promise.all(
    hosts.map(async (host) => {
      try {
        const { code, stdout, stderr } = await runOnHost(stack, host, `${AGENT_PATH} drift`);
        const problem = stderr.includes('unknown command "drift"')
          ? "its agent is of an older release: the next update brings one that can tell"
          : stderr.trim();
        return { host: host.name, differences: parseDrift(stdout), ...(code === 0 ? {} : { problem }) };
      } catch (error) {
        return {
          host: host.name,
          differences: [],
          problem: messageOf(error),
        };
      }
    }),
  );
}

const STATES: readonly string[] = ["changed", "missing", "waiting"] satisfies Difference["state"][];
const isState = (text: string): text is Difference["state"] => STATES.includes(text);

/** From the text of "agent drift": pure. */
export function parseDrift(text: string): Difference[] {
  const found: (Difference & { diff: string })[] = [];
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const last = found.at(-1);
    if (line.startsWith("  ") && last !== undefined) {
      last.diff += `${line.slice(2)}\n`;
      continue;
    }
    const [subject = "", component = "", bundle, state = "", content, configuredAccess = "-", access = "-"] =
      line.split(" ");
    if (!isState(state)) {
      throw new Error(`the agent's answer has a line of another form: ${line}`);
    }
    found.push({
      component,
      subject,
      state,
      contentDiffers: content === "differs",
      secret: bundle === "secrets",
      ...(configuredAccess === "-" ? {} : { configuredAccess }),
      ...(access === "-" ? {} : { access }),
      diff: "",
    });
  }
  return found;
}

/**
 * As an update goes: what others stand on first. A component that is not named comes last; hosts follow one another,
 * because a repair may restart a daemon, and two members of etcd that restart at once leave no majority.
 */
const ORDER: readonly string[] = ["os", "tls", "etcd", "patroni-dynamic", "patroni", "roles"];

/** Makes the drifted components use again what was staged for them, and asks their hosts anew. */
export async function repairDrift(stack: Stack, drift: readonly HostDrift[], report: Report): Promise<void> {
  const planned = repairs(drift);
  for (const { host, component } of planned) {
    report(`${host}: putting ${component} back as configured`);
    const { code, stderr } = await runOnHost(
      stack,
      hostNamed(stack, host),
      `timeout --kill-after=60 ${REPAIR_SECONDS} ${AGENT_PATH} activate ${component}`,
      REPAIR_SECONDS + 75,
    );
    if (code !== 0) {
      const [cause = "", next = "mend the cause and run the command again"] = stderr.trim().split("\nnext: ");
      throw new UserError(
        cause || `${component} on ${host} could not be put back within ${REPAIR_SECONDS} s`,
        next,
      );
    }
  }
  const repaired = stack.hosts.filter(({ name }) => planned.some(({ host }) => host === name));
  const left = await findDrift(stack, repaired);
  if (hasDrift(left) || left.some(({ problem }) => problem !== undefined)) {
    throw new UserError(
      `the repair did not last:\n${renderDrift(left).trimEnd()}`,
      "end what changes it on the hosts, then run the command again",
    );
  }
}

/** What has to be activated where, in this order: pure. */
export function repairs(drift: readonly HostDrift[]): readonly { host: string; component: string }[] {
  const rank = (component: string) => {
    const index = ORDER.indexOf(component);
    return index < 0 ? ORDER.length : index;
  };
  return drift
    .flatMap(({ host, differences }) =>
      [...new Set(differences.map(({ component }) => component))].map((component) => ({ host, component })),
    )
    .sort((a, b) => rank(a.component) - rank(b.component));
}

/** For people, host by host: pure. */
export function renderDrift(drift: readonly HostDrift[]): string {
  return drift
    .flatMap(({ host, differences, problem }) => [
      ...differences.flatMap((each) => [
        `${host}  ${each.subject}  (${each.component}): ${whatHappened(each)}`,
        ...each.diff
          .split("\n")
          .filter(Boolean)
          .map((line) => `  ${line}`),
      ]),
      ...(problem === undefined ? [] : [`${host}  could not be asked: ${problem}`]),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

function whatHappened(difference: Difference): string {
  const { state, contentDiffers, secret, configuredAccess, access } = difference;
  if (state === "missing") return "is gone";
  if (state === "waiting") return "is not in place yet: an update is running or did not end";
  return [
    ...(contentDiffers ? [secret ? "has another content, which is secret" : "was changed"] : []),
    ...(configuredAccess === access ? [] : [`is ${access} instead of ${configuredAccess}`]),
  ].join(" and ");
}
