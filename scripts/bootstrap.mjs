// The first thing that runs on a machine that has nothing but Node: plain JavaScript without a package. It installs
// the packages when they are missing or not those of package-lock.json, then hands over to the operator's commands.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const mark = `${root}node_modules/.holdfast-lock`;

// The releases that all of the packages take.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (!((major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24)) {
  console.error(
    `Node ${process.versions.node} does not do: 20.19 or newer, 22.13 or newer, or 24 and later
next: install one of these and run the command again`,
  );
  process.exit(1);
}

const lock = createHash("sha256")
  .update(readFileSync(`${root}package-lock.json`))
  .digest("hex");
if (!existsSync(mark) || readFileSync(mark, "utf8") !== lock) {
  console.error("· installing the npm packages");
  // No install scripts: the one of the command provider fetches a plugin that the engine fetches by itself.
  const { status } = spawnSync(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  if (status !== 0) {
    console.error(
      "the npm packages could not be installed\nnext: see the lines above; npm ci --ignore-scripts shows more",
    );
    process.exit(1);
  }
  writeFileSync(mark, lock);
}

const { register } = await import("tsx/esm/api");
register();
await import("./cli/main.ts");
