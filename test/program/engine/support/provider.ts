import * as grpc from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { fromStruct, type Plain, toStruct } from "./values.ts";

export interface Difference {
  readonly changed: boolean;
  readonly changes: readonly string[];
  readonly replaces: readonly string[];
}

type Done<Response> = (error: grpc.ServiceError | null, response: Response) => void;

/** One call; its failure is an Error with the text that the engine would show. */
export function call<Response>(start: (done: Done<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    start((error, response) => (error ? reject(new Error(error.details)) : resolve(response)));
  });
}

/** Speaks with a provider plugin about one resource type, as the engine does. */
export class ProviderClient {
  readonly urn: string;
  readonly #client: ResourceProviderClient;

  constructor(address: string, type: string) {
    this.urn = `urn:pulumi:test::holdfast::holdfast:Parent$${type}::step`;
    this.#client = new ResourceProviderClient(address, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
    });
  }

  async describe(): Promise<{ version: string; acceptsSecrets: boolean; supportsPreview: boolean }> {
    const info = await call<PluginInfo>((done) => this.#client.getPluginInfo(new Empty(), done));
    const configured = await call<messages.ConfigureResponse>((done) =>
      this.#client.configure(new messages.ConfigureRequest(), done),
    );
    return {
      version: info.getVersion(),
      acceptsSecrets: configured.getAcceptsecrets(),
      supportsPreview: configured.getSupportspreview(),
    };
  }

  async check(inputs: Plain): Promise<Plain> {
    const request = new messages.CheckRequest();
    request.setUrn(this.urn);
    request.setNews(toStruct(inputs));
    const response = await call<messages.CheckResponse>((done) => this.#client.check(request, done));
    return fromStruct(response.getInputs());
  }

  async diff(before: Plain, after: Plain): Promise<Difference> {
    const request = new messages.DiffRequest();
    request.setUrn(this.urn);
    request.setOldInputs(toStruct(before));
    request.setOlds(toStruct(before));
    request.setNews(toStruct(after));
    const response = await call<messages.DiffResponse>((done) => this.#client.diff(request, done));
    return {
      changed: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      changes: response.getDiffsList(),
      replaces: response.getReplacesList(),
    };
  }

  /** Checks and creates. */
  async create(inputs: Plain, preview = false): Promise<{ readonly id: string; readonly outputs: Plain }> {
    return this.createUnchecked(await this.check(inputs), preview);
  }

  async createUnchecked(
    inputs: Plain,
    preview = false,
  ): Promise<{ readonly id: string; readonly outputs: Plain }> {
    const request = new messages.CreateRequest();
    request.setUrn(this.urn);
    request.setPreview(preview);
    request.setProperties(toStruct(inputs));
    const response = await call<messages.CreateResponse>((done) => this.#client.create(request, done));
    return { id: response.getId(), outputs: fromStruct(response.getProperties()) };
  }

  async update(state: Plain, inputs: Plain, preview = false): Promise<Plain> {
    const request = new messages.UpdateRequest();
    request.setUrn(this.urn);
    request.setId("step1");
    request.setPreview(preview);
    request.setOlds(toStruct(state));
    request.setNews(toStruct(await this.check(inputs)));
    const response = await call<messages.UpdateResponse>((done) => this.#client.update(request, done));
    return fromStruct(response.getProperties());
  }

  async delete(state: Plain): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(this.urn);
    request.setId("step1");
    request.setProperties(toStruct(state));
    await call<Empty>((done) => this.#client.delete(request, done));
  }

  async read(state: Plain): Promise<Plain> {
    const request = new messages.ReadRequest();
    request.setUrn(this.urn);
    request.setId("step1");
    request.setProperties(toStruct(state));
    const response = await call<messages.ReadResponse>((done) => this.#client.read(request, done));
    return fromStruct(response.getProperties());
  }

  async cancel(): Promise<void> {
    await call<Empty>((done) => this.#client.cancel(new Empty(), done));
  }

  close(): void {
    this.#client.close();
  }
}
