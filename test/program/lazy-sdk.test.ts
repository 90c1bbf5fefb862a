import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";

const LAZY = fileURLToPath(new URL("../../infra/lazy-sdk.cjs", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What a program prints that has the SDK loaded in the way of Pulumi.yaml. */
const prints = async (program: string): Promise<unknown> =>
  JSON.parse((await execa("node", ["--require", LAZY, "--eval", program], { cwd: ROOT })).stdout);

const LOADED = `Object.keys(require.cache).filter((path) => /typescript\\.js$|npmcli\\/arborist/.test(path)).length`;

test("the SDK comes without what only functions for a cloud need", async () => {
  expect(await prints(`require("@pulumi/pulumi"); console.log(${LOADED})`)).toBe(0);
});

test("who sends a function to a cloud gets all of it", async () => {
  const text = await prints(
    `const pulumi = require("@pulumi/pulumi");
     const add = (a, b) => a + b;
     pulumi.runtime.serializeFunction((a) => add(a, 1)).then(({ text }) => console.log(JSON.stringify(text)))`,
  );
  expect(text).toContain("a + b");
});
