import * as grpc from "@grpc/grpc-js";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import {
  type RegisterResourceRequest,
  RegisterResourceResponse,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { bind } from "./engine.ts";

export interface Monitor {
  readonly address: string;
  /** The types of the resources that the program registered. */
  readonly types: readonly string[];
  readonly stop: () => void;
}

/** The part of an engine that a program without resources of its own talks to: even that registers its stack. */
export async function startMonitor(): Promise<Monitor> {
  const types: string[] = [];
  const server = new grpc.Server();
  server.addService(ResourceMonitorService, {
    supportsFeature: (_call: unknown, callback: grpc.sendUnaryData<SupportsFeatureResponse>) =>
      callback(null, new SupportsFeatureResponse()),
    registerResource: (
      call: grpc.ServerUnaryCall<RegisterResourceRequest, RegisterResourceResponse>,
      callback: grpc.sendUnaryData<RegisterResourceResponse>,
    ) => {
      types.push(call.request.getType());
      const response = new RegisterResourceResponse();
      response.setUrn(`urn:pulumi:test::holdfast::${call.request.getType()}::${call.request.getName()}`);
      callback(null, response);
    },
    registerResourceOutputs: (_call: unknown, callback: grpc.sendUnaryData<Empty>) =>
      callback(null, new Empty()),
    signalAndWaitForShutdown: (_call: unknown, callback: grpc.sendUnaryData<Empty>) =>
      callback(null, new Empty()),
  });
  return { address: await bind(server), types, stop: () => server.forceShutdown() };
}
