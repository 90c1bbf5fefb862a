import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/language_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { VERSIONS } from "../../../scripts/engine/versions.ts";
import { type Monitor, startMonitor } from "./support/monitor.ts";
import { firstLine, type Plugin, startPlugin } from "./support/plugin.ts";
import { untilEnded, untilWritten } from "./support/processes.ts";
import { call } from "./support/provider.ts";
import { toStruct } from "./support/values.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

let plugin: Plugin;
let client: LanguageRuntimeClient;
let monitor: Monitor;
/** The program's folder, below the one whose packages it uses. */
let folder: string;

beforeAll(async () => {
  [plugin, monitor] = await Promise.all([startPlugin("language-nodejs"), startMonitor()]);
  client = new LanguageRuntimeClient(plugin.address, grpc.credentials.createInsecure());
  const parent = join(ROOT, ".holdfast");
  await mkdir(parent, { recursive: true });
  folder = await mkdtemp(join(parent, "program-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "program", main: "index.js" }));
});

afterAll(async () => {
  client?.close();
  monitor?.stop();
  await plugin?.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  plugin.engine.lines.length = 0;
});

interface RunOptions {
  readonly config?: Readonly<Record<string, string>>;
  readonly dryRun?: boolean;
  readonly nodeArguments?: string;
}

function programInfo(nodeArguments?: string): messages.ProgramInfo {
  const info = new messages.ProgramInfo();
  info.setRootDirectory(folder);
  info.setProgramDirectory(folder);
  info.setEntryPoint(".");
  info.setOptions(
    toStruct({ typescript: false, ...(nodeArguments === undefined ? {} : { nodeargs: nodeArguments }) }),
  );
  return info;
}

/** Runs a program with the given text. */
async function run(
  source: string,
  options: RunOptions = {},
  host = client,
): Promise<{ error: string; bail: boolean }> {
  writeFileSync(join(folder, "index.js"), source);
  const request = new messages.RunRequest();
  request.setProject("holdfast");
  request.setStack("test");
  request.setPwd(folder);
  request.setMonitorAddress(monitor.address);
  request.setDryrun(options.dryRun ?? false);
  request.setParallel(4);
  for (const [key, value] of Object.entries(options.config ?? {})) {
    request.getConfigMap().set(key, value);
  }
  request.setConfigsecretkeysList(["app:password"]);
  request.setInfo(programInfo(options.nodeArguments));
  const response = await call<messages.RunResponse>((done) => host.run(request, done));
  return { error: response.getError(), bail: response.getBail() };
}

describe("the plugins of a program", () => {
  test("are those of the Pulumi packages that are installed for it, with their versions", async () => {
    const request = new messages.GetRequiredPluginsRequest();
    request.setInfo(programInfo());
    const response = await call<messages.GetRequiredPluginsResponse>((done) =>
      client.getRequiredPlugins(request, done),
    );
    const plugins = response.getPluginsList().map((each) => each.toObject());
    expect(plugins.map(({ name, kind, version }) => ({ name, kind, version }))).toEqual(
      expect.arrayContaining([
        { name: "command", kind: "resource", version: `v${VERSIONS.command}` },
        { name: "random", kind: "resource", version: `v${VERSIONS.random}` },
      ]),
    );
    // The SDK itself is a package of the same scope, and no plugin.
    expect(plugins.map(({ name }) => name)).not.toContain("pulumi");
  });
});

describe("a program", () => {
  const trace = () => join(folder, "trace");
  const WRITE = `
    const pulumi = require("@pulumi/pulumi");
    const config = new pulumi.Config("app");
    require("node:fs").writeFileSync("trace", JSON.stringify({
      project: pulumi.getProject(), stack: pulumi.getStack(), preview: pulumi.runtime.isDryRun(),
      config: config.get("name"), secret: pulumi.runtime.isConfigSecret("app:password"),
      folder: process.cwd(), arguments: process.execArgv,
    }));`;

  test("that works is told so, and knows its project, stack and configuration", async () => {
    const outcome = await run(WRITE, { config: { "app:name": "value", "app:password": "hidden" } });
    expect(outcome).toEqual({ error: "", bail: false });
    expect(JSON.parse(readFileSync(trace(), "utf8"))).toEqual({
      project: "holdfast",
      stack: "test",
      preview: false,
      config: "value",
      secret: true,
      folder,
      arguments: [],
    });
    expect(monitor.types).toContain("pulumi:pulumi:Stack");
  });

  test("knows that it is a preview, and gets the arguments for Node", async () => {
    await run(WRITE, { dryRun: true, nodeArguments: "--no-warnings  --stack-size=900" });
    expect(JSON.parse(readFileSync(trace(), "utf8"))).toMatchObject({
      preview: true,
      arguments: ["--no-warnings", "--stack-size=900"],
    });
  });

  test("that throws has shown its error itself, so the engine is to say nothing more", async () => {
    // Without a stack, because some versions of Node take half a minute to colour one with the SDK's own frames.
    const outcome = await run(`const error = new Error("it is broken"); error.stack = ""; throw error;`);
    expect(outcome).toEqual({ error: "", bail: true });
    expect(plugin.engine.messages().join("\n")).toContain("it is broken");
  });

  test("that ends with a code is told with it", async () => {
    expect(await run("process.exit(3);")).toEqual({
      error: "the program exited with code 3",
      bail: false,
    });
  });

  test("that a signal ends is told with it", async () => {
    expect(await run(`process.kill(process.pid, "SIGKILL");`)).toEqual({
      error: "the program was ended by SIGKILL",
      bail: false,
    });
  });

  test("is ended by a cancellation, also when it hears nothing any more", async () => {
    const pidFile = join(folder, "pid");
    writeFileSync(pidFile, "");
    const running = run(
      `process.on("SIGTERM", () => {}); require("node:fs").writeFileSync("pid", process.pid + "\\n"); for (;;);`,
    );
    const pid = Number(await untilWritten(pidFile, /^\d+\n$/));
    await call<Empty>((done) => client.cancel(new Empty(), done));
    expect(await running).toEqual({ error: "the program was ended by SIGKILL", bail: false });
    await untilEnded(pid);
  });

  test("is ended after an engine that was killed, also when it hears nothing any more", async () => {
    const pidFile = join(folder, "pid");
    writeFileSync(pidFile, "");
    // The shell stands in for the engine.
    const engine = spawn("sh", ["-c", '"$0" "$1" & wait', plugin.program, plugin.engine.address], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const port = await firstLine(engine, engine.stdout);
    const host = new LanguageRuntimeClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const unheard = run(
      `require("node:fs").writeFileSync("pid", process.pid + "\\n"); for (;;);`,
      {},
      host,
    ).catch(() => undefined);
    const pid = Number(await untilWritten(pidFile, /^\d+\n$/));
    engine.kill("SIGKILL");
    await untilEnded(pid);
    await unheard;
    host.close();
  });
});
