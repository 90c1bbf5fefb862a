import type * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { equal, fromStruct, type Properties, toStruct } from "./properties.ts";
import { UserError, unary } from "./server.ts";

export interface Target {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
}

/** One resource type of a provider. Properties come and go with their marks of secrecy. */
export interface ResourceKind {
  /** Inputs with their defaults filled in; throws a UserError for what is not allowed. */
  check(inputs: Properties): Properties;
  /** Inputs whose change makes another resource. */
  readonly replacedBy: readonly string[] | "any input";
  /** What an absent input stands for: to give it is no change. */
  readonly defaults: Properties;
  create(target: Target, inputs: Properties, preview: boolean): Promise<{ id: string; outputs: Properties }>;
  update(target: Target, inputs: Properties, before: Properties, preview: boolean): Promise<Properties>;
  delete(target: Target, state: Properties): Promise<void>;
}

export interface ProviderOptions {
  readonly version: string;
  readonly kinds: Readonly<Record<string, ResourceKind>>;
  readonly cancel: () => void;
  /** Hears the provider's own configuration, before anything else; by default nobody does. */
  readonly configure?: (config: Properties) => void;
  /** Functions of the provider, by their token; by default it has none. */
  readonly invoke?: (token: string, args: Properties) => Promise<Properties>;
}

/** A provider from its resource types: the whole of the protocol that the engine speaks with it. */
export function provider(options: ProviderOptions): (server: grpc.Server) => void {
  const kindOf = (target: Target): ResourceKind => {
    const kind = options.kinds[target.type];
    if (kind === undefined) {
      throw new UserError(
        `this plugin does not know the resource type "${target.type}"; it knows ${Object.keys(options.kinds).join(", ")}`,
      );
    }
    return kind;
  };
  return (server) => {
    server.addService(ResourceProviderService, {
      getPluginInfo: unary(async () => {
        const info = new PluginInfo();
        info.setVersion(options.version);
        return info;
      }),
      checkConfig: unary(async (request: messages.CheckRequest) => checked(request.getNews())),
      diffConfig: unary(async () => new messages.DiffResponse()),
      configure: unary(async (request: messages.ConfigureRequest) => {
        options.configure?.(fromStruct(request.getArgs()));
        const response = new messages.ConfigureResponse();
        response.setAcceptsecrets(true);
        response.setSupportspreview(true);
        response.setAcceptresources(false);
        response.setAcceptoutputs(false);
        return response;
      }),
      check: unary(async (request: messages.CheckRequest) =>
        checked(toStruct(kindOf(target(request.getUrn())).check(fromStruct(request.getNews())))),
      ),
      diff: unary(async (request: messages.DiffRequest) =>
        diff(
          kindOf(target(request.getUrn())),
          fromStruct(request.getOldInputs()),
          fromStruct(request.getNews()),
        ),
      ),
      create: unary(async (request: messages.CreateRequest) => {
        const on = target(request.getUrn());
        const { id, outputs } = await kindOf(on).create(
          on,
          fromStruct(request.getProperties()),
          request.getPreview(),
        );
        const response = new messages.CreateResponse();
        response.setId(id);
        response.setProperties(toStruct(outputs));
        return response;
      }),
      update: unary(async (request: messages.UpdateRequest) => {
        const on = target(request.getUrn());
        const news = fromStruct(request.getNews());
        const outputs = await kindOf(on).update(
          on,
          news,
          fromStruct(request.getOlds()),
          request.getPreview(),
        );
        const response = new messages.UpdateResponse();
        response.setProperties(toStruct(outputs));
        return response;
      }),
      // A refresh finds what the state says: what these resources did lies outside and cannot be asked.
      read: unary(async (request: messages.ReadRequest) => {
        const response = new messages.ReadResponse();
        response.setId(request.getId());
        response.setProperties(request.getProperties());
        response.setInputs(request.getInputs());
        return response;
      }),
      delete: unary(async (request: messages.DeleteRequest) => {
        const on = target(request.getUrn());
        await kindOf(on).delete(on, fromStruct(request.getProperties()));
        return new Empty();
      }),
      invoke: unary(async (request: messages.InvokeRequest) => {
        if (options.invoke === undefined) {
          throw new UserError(`this plugin has no function "${request.getTok()}"`);
        }
        const response = new messages.InvokeResponse();
        response.setReturn(toStruct(await options.invoke(request.getTok(), fromStruct(request.getArgs()))));
        return response;
      }),
      cancel: unary(async () => {
        options.cancel();
        return new Empty();
      }),
    });
  };
}

function target(urn: string): Target {
  // urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME, and only the name may contain "::".
  const [, , types = "", ...name] = urn.split("::");
  return { urn, type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

function checked(inputs: ReturnType<typeof toStruct> | undefined): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(inputs);
  return response;
}

function diff(kind: ResourceKind, olds: Properties, news: Properties): messages.DiffResponse {
  const before = { ...kind.defaults, ...olds };
  const after = { ...kind.defaults, ...news };
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    // Such names are the engine's and the bridge's own.
    .filter((key) => !key.startsWith("__") && !equal(before[key], after[key]))
    .sort();
  const replaced =
    kind.replacedBy === "any input" ? changed : changed.filter((key) => kind.replacedBy.includes(key));
  const response = new messages.DiffResponse();
  response.setChanges(
    changed.length > 0
      ? messages.DiffResponse.DiffChanges.DIFF_SOME
      : messages.DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList(changed);
  response.setReplacesList(replaced);
  return response;
}
