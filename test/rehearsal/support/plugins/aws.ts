/**
 * Stands in for the plugin of AWS, in the same protocol: refuses what the type declarations of @pulumi/aws do not know,
 * makes up ids and addresses, and writes down what was asked of it. Environment: REHEARSAL_LOG, AWS_ENDPOINT_URL.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import {
  containsUnknown,
  isObject,
  type Properties,
  revealAll,
  UNKNOWN,
  type Value,
} from "../../../../scripts/engine/plugins/rpc/properties.ts";
import { provider, type ResourceKind, type Target } from "../../../../scripts/engine/plugins/rpc/provider.ts";
import { serve, UserError } from "../../../../scripts/engine/plugins/rpc/server.ts";
import { replacedBy } from "./changes.ts";
import { ACCOUNT, idOf, textOf } from "./identifiers.ts";
import { mirrorChange, mirrorCreation, mirrorEnd } from "./mirror.ts";
import { type Made, refuse } from "./refusals.ts";
import { filledIn, flaws, resourceShape } from "./shapes.ts";

const PROVIDER = "pulumi:providers:aws";
let region = "";
let tags: Properties = {};
let generation = 0;

const LOG = process.env["REHEARSAL_LOG"] ?? "";
const log = (entry: Readonly<Record<string, unknown>>) => appendFileSync(LOG, `${JSON.stringify(entry)}\n`);

function shapeOf(type: string) {
  const shape = resourceShape(type);
  if (shape === undefined) throw new UserError(`@pulumi/aws has no resource type ${type}`);
  return shape;
}

const known = (type: string, inputs: Properties): Properties => {
  const plain = revealAll(inputs);
  if (containsUnknown(plain)) throw new UserError(`${type} is made from what nobody knows yet`);
  return plain;
};

/** What earlier commands of the engine have made, of all stacks, is in the log. */
const made = new Map<string, Made>();
for (const line of existsSync(LOG) ? readFileSync(LOG, "utf8").split("\n") : []) {
  if (line === "") continue;
  const entry = JSON.parse(line) as Made & { readonly call: string };
  if (entry.call === "create") made.set(entry.urn, entry);
  if (entry.call === "delete") made.delete(entry.urn);
}

/** All that a resource has besides its inputs. */
function computed(type: string, id: string, inputs: Properties, text: (field: string) => Value): Properties {
  const fields = [...shapeOf(type).outputs.fields].flatMap(([name, field]): [string, Value][] => {
    if (name in inputs) return [];
    const value = filledIn(field.type, "text");
    return value === undefined ? [] : [[name, value === "text" ? text(name) : value]];
  });
  return { ...Object.fromEntries(fields), ...inputs, ...(type.endsWith(":Bucket") ? { id } : {}) };
}

const kind = (type: string): ResourceKind => ({
  check: (inputs) => {
    const wrong = flaws(shapeOf(type).inputs, revealAll(inputs));
    if (wrong.length > 0) throw new UserError(`${type}: ${wrong.join("; ")}`);
    return inputs;
  },
  replacedBy: replacedBy(type),
  defaults: {},
  async create(target: Target, inputs, preview) {
    if (preview) return { id: "", outputs: computed(type, "", inputs, () => UNKNOWN) };
    const plain = known(type, inputs);
    const place = typeof plain["region"] === "string" ? plain["region"] : region;
    generation += 1;
    const own = idOf(type, target.urn, plain, generation);
    const asked = { urn: target.urn, type, id: own, region: place, inputs: plain };
    refuse(asked, made.values());
    const id = (await mirrorCreation(type, plain, { region, tags, id: own })) ?? own;
    made.set(target.urn, { ...asked, id });
    log({ call: "create", name: target.name, ...asked, id });
    return { id, outputs: computed(type, id, inputs, (field) => textOf(field, type, id, place)) };
  },
  async update(target, inputs, before, preview) {
    if (preview) return { ...before, ...inputs };
    const plain = known(type, inputs);
    const id = idIn(before);
    log({ call: "update", type, name: target.name, inputs: plain });
    await mirrorChange(type, id, plain, region);
    return { ...before, ...inputs };
  },
  async delete(target, state) {
    await mirrorEnd(type, idIn(state), region);
    made.delete(target.urn);
    log({ call: "delete", urn: target.urn, type, name: target.name, inputs: revealAll(state) });
  },
});

/** The engine tells an update no id; a volume's is in its name of the world. */
const idIn = (state: Properties): string => {
  const arn = revealAll(state)["arn"];
  return typeof arn === "string" ? arn.slice(arn.lastIndexOf(":") + 1) : "";
};

const configured: ResourceKind = {
  check: (inputs) => inputs,
  replacedBy: [],
  defaults: {},
  create: () => Promise.reject(new UserError("a provider is not made here")),
  update: () => Promise.reject(new UserError("a provider is not changed here")),
  delete: () => Promise.resolve(),
};

const kinds = new Proxy<Record<string, ResourceKind>>(
  {},
  { get: (_, type) => (type === PROVIDER ? configured : kind(String(type))) },
);

await serve(
  provider({
    version: "7.48.0",
    kinds,
    configure: (config) => {
      region = typeof config["region"] === "string" ? config["region"] : "";
      const defaults = config["defaultTags"];
      const parsed: unknown = typeof defaults === "string" ? JSON.parse(defaults) : defaults;
      const inner = isObject(parsed as Value) ? (parsed as Properties)["tags"] : undefined;
      tags = isObject(inner) ? inner : {};
    },
    invoke: async (token) => {
      switch (token) {
        case "aws:index/getCallerIdentity:getCallerIdentity":
          return {
            accountId: ACCOUNT,
            arn: `arn:aws:iam::${ACCOUNT}:user/rehearsal`,
            id: ACCOUNT,
            userId: "R",
          };
        case "aws:index/getPartition:getPartition":
          return {
            partition: "aws",
            dnsSuffix: "amazonaws.com",
            id: "aws",
            reverseDnsPrefix: "com.amazonaws",
          };
        default:
          throw new UserError(`nobody rehearsed the function ${token}`);
      }
    },
    cancel: () => undefined,
  }),
);
