import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../engine/cache.ts";
import { type Report, UserError } from "../report.ts";
import { installPackages } from "./apt.ts";

/** A server that speaks the protocols of Amazon's services, for the tests of what asks them. */
const VERSION = "5.2.5";
const PACKAGES = [`moto[ec2,s3,route53,ssm]==${VERSION}`, "flask==3.1.3", "flask-cors==6.0.5"];

const home = () => join(cacheFolder(), "tools", `moto-${VERSION}`);

export const motoProgram = (): readonly [python: string, module: string] => [
  join(home(), "bin", "python"),
  "moto.server",
];

/** Installs it from Python's package index, once. */
export async function ensureMoto(report: Report): Promise<void> {
  if (existsSync(home())) return;
  report(`installing moto ${VERSION}`);
  const making = `${home()}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(dirname(making), { recursive: true });
  const venv = () => execa("python3", ["-m", "venv", making], { reject: false });
  if ((await venv()).failed) {
    await installPackages(["python3-venv"], report);
    await rm(making, { recursive: true, force: true });
    await venv();
  }
  const { failed, stderr, shortMessage } = await execa(
    join(making, "bin", "python"),
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES],
    { reject: false, timeout: 10 * 60_000 },
  );
  if (failed) {
    throw new UserError(
      `moto, which the tests need, could not be installed: ${stderr.trim() || shortMessage}`,
      "see whether Python's package index can be reached, and run the command again",
    );
  }
  await rename(making, home());
}
