import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/language_pb.js";
import { PluginDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { VERSIONS } from "../../versions.ts";
import { serve, unary } from "../rpc/server.ts";
import { requiredPlugins } from "./packages.ts";
import { runPolicyPack } from "./policy-pack.ts";
import { ProgramRunner } from "./program.ts";

const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";
const programs = new ProgramRunner(engineAddress);
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    programs.end();
    process.exit(1);
  });
}

await serve(
  (server) =>
    server.addService(LanguageRuntimeService, {
      handshake: unary(async () => new messages.LanguageHandshakeResponse()),
      getPluginInfo: unary(async () => {
        const info = new PluginInfo();
        info.setVersion(VERSIONS.pulumi);
        return info;
      }),
      getRequiredPlugins: unary(async (request: messages.GetRequiredPluginsRequest) => {
        const response = new messages.GetRequiredPluginsResponse();
        const folder = request.getInfo()?.getProgramDirectory() ?? process.cwd();
        response.setPluginsList(
          requiredPlugins(folder).map(({ name, version }) => {
            const dependency = new PluginDependency();
            dependency.setName(name);
            dependency.setKind("resource");
            dependency.setVersion(`v${version}`);
            return dependency;
          }),
        );
        return response;
      }),
      about: unary(async () => {
        const response = new messages.AboutResponse();
        response.setExecutable(process.execPath);
        response.setVersion(process.version);
        return response;
      }),
      getProgramDependencies: unary(async () => new messages.GetProgramDependenciesResponse()),
      run: unary((request: messages.RunRequest) => programs.run(request)),
      runPlugin: runPolicyPack,
      cancel: unary(async () => {
        programs.end();
        return new Empty();
      }),
    }),
  () => programs.end(),
);
