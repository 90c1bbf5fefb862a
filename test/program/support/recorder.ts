import * as pulumi from "@pulumi/pulumi";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { asSecret, type Leaf, leavesOf, plain } from "./wire.ts";

/** One resource as the program asked the engine for it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** "TYPE NAME", as in `parent`, `dependencies` and `deletedWith`. */
  readonly key: string;
  /** Empty at the top. */
  readonly parent: string;
  /** Without the marks of secrets; what is not known is undefined. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Every text, number and boolean of the inputs. */
  readonly leaves: readonly Leaf[];
  /** All that it waits for: dependsOn, and the resources whose outputs are in its inputs. */
  readonly dependencies: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly retainOnDelete: boolean;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** The resource whose end is also this one's; empty without one. */
  readonly deletedWith: string;
  readonly timeouts: { readonly create: string; readonly update: string };
  readonly additionalSecretOutputs: readonly string[];
}

/** What a component said that its outputs are. */
interface ComponentOutputs {
  readonly key: string;
  readonly leaves: readonly Leaf[];
}

export interface Recording {
  readonly resources: readonly Registration[];
  readonly outputs: readonly ComponentOutputs[];
}

/** Says what a provider returns beside the inputs; nothing in a preview, where nothing runs. */
export type Provider = (resource: Registration) => Promise<Readonly<Record<string, unknown>>>;

type Reply = (error: unknown, response: unknown) => void;

/** The calls of the engine's monitor that carry all that a program asks for; the mocks lack the one for hooks. */
interface Monitor {
  registerResourceHook(request: unknown, reply: Reply): unknown;
  registerResource(request: RegisterResourceRequest, reply: Reply): unknown;
  registerResourceOutputs(request: RegisterResourceOutputsRequest, reply: Reply): unknown;
}

/**
 * Puts Pulumi's mocks in place of the engine, and an ear before them: the mocks themselves see only type, name and
 * inputs, while the options (parent, dependencies, replacement order …) are in the request that they answer.
 */
export async function record(
  stack: string,
  preview: boolean,
  provider: Provider,
  functions: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): Promise<Recording> {
  const resources: Registration[] = [];
  const byKey = new Map<string, Registration>();
  const outputs: ComponentOutputs[] = [];
  await pulumi.runtime.setMocks(
    {
      call: ({ token }) => {
        const answer = functions[token];
        if (answer === undefined) throw new Error(`the program calls the provider's function ${token}`);
        return answer;
      },
      newResource: async ({ type, name, inputs }) => {
        const resource = byKey.get(`${type} ${name}`);
        if (resource === undefined) {
          throw new Error(`"${name}" came to the mocks without a request`);
        }
        const answer = preview ? {} : await provider(resource);
        return { id: preview ? undefined : `${name}-id`, state: { ...inputs, ...hide(answer, resource) } };
      },
    },
    "holdfast",
    stack,
    preview,
    // As backends have it that know no organizations.
    "organization",
  );
  // The mocks' own monitor has these methods, though its declared type is the generated client's.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  monitor.registerResourceHook = (_, reply) => reply(null, {});
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, reply) => {
    const resource = registrationOf(request);
    if (byKey.has(resource.key)) {
      throw new Error(`two resources are called "${resource.key}"`);
    }
    byKey.set(resource.key, resource);
    resources.push(resource);
    return register(request, reply);
  };
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, reply) => {
    const leaves = leavesOf(request.getOutputs()?.toJavaScript() ?? {});
    outputs.push({ key: keyOf(request.getUrn()), leaves });
    return registerOutputs(request, reply);
  };
  return { resources, outputs };
}

/** A URN ends in the types of all parents, its own type and its name: "urn:…::TYPE$TYPE::NAME". */
function keyOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return urn === "" ? "" : `${types.slice(types.lastIndexOf("$") + 1)} ${name}`;
}

function registrationOf(request: RegisterResourceRequest): Registration {
  const inputs = request.getObject()?.toJavaScript() ?? {};
  const timeouts = request.getCustomtimeouts();
  return {
    type: request.getType(),
    name: request.getName(),
    key: `${request.getType()} ${request.getName()}`,
    parent: keyOf(request.getParent()),
    inputs: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, plain(value)])),
    leaves: leavesOf(inputs),
    dependencies: request.getDependenciesList().map(keyOf),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    retainOnDelete: request.getRetainondelete() ?? false,
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    deletedWith: keyOf(request.getDeletedwith()),
    timeouts: { create: timeouts?.getCreate() ?? "", update: timeouts?.getUpdate() ?? "" },
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

/** The real engine marks these outputs as secret; the mocks leave that to us. */
const hide = (answer: Readonly<Record<string, unknown>>, resource: Registration) =>
  Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [
      key,
      resource.additionalSecretOutputs.includes(key) ? asSecret(value) : value,
    ]),
  );
