import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { prepareProgram, STACK } from "./support/program.ts";

/** One fault in each of several sections. */
const WRONG = {
  platform: "amazon",
  hosts: { database: { count: 2 } },
  postgres: { settings: { fsync: false, work_memm: "4MB" } },
  databases: [{ name: "App" }],
  tls: { certificateDays: 30, renewBeforeDays: 60 },
  hostz: {},
};
const PATHS = [
  "databases[0].name",
  "hosts.database.count",
  "hostz",
  "platform",
  "postgres.settings.fsync",
  "postgres.settings.work_memm",
  "tls.renewBeforeDays",
];

describe.each(["preview", "update"] as const)("a wrong configuration, %s", (mode) => {
  test("ends the program with one error that names every problem, before the first resource", async () => {
    const program = await prepareProgram(WRONG, mode);
    const error: unknown = await program.run().catch((thrown: unknown) => thrown);
    // The engine shows this kind of error as its text alone, without a stack trace.
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    const message = error instanceof Error ? error.message : "";
    expect(message).toContain(`the configuration of the stack "${STACK}" has ${PATHS.length} problems`);
    expect([...message.matchAll(/^ {2}holdfast:(\S+)$/gm)].map((match) => match[1]).sort()).toEqual(PATHS);
    expect(program.resources).toEqual([]);
    expect(program.outputs).toEqual([]);
  });

  test("shows no value that came encrypted", async () => {
    const program = await prepareProgram(
      { platform: "local", pools: { size: "hunter2" }, tls: { caDays: "plain" } },
      mode,
      ["pools"],
    );
    const error: unknown = await program.run().catch((thrown: unknown) => thrown);
    const message = error instanceof Error ? error.message : "";
    expect(message).toContain("holdfast:pools.size\n    found    [secret]");
    expect(message).toContain('holdfast:tls.caDays\n    found    "plain"');
    expect(message).not.toContain("hunter2");
    expect(program.resources).toEqual([]);
  });

  test("without a platform says which ones there are", async () => {
    const program = await prepareProgram({}, mode);
    await expect(program.run()).rejects.toThrow(/holdfast:platform[\s\S]*"local"/);
    expect(program.resources).toEqual([]);
  });
});
