import "../../infra/aws/environment.ts";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { motoProgram } from "../../scripts/setup/moto.ts";
import { freePort } from "./ports.ts";

export interface Cloud {
  /** Where all of its services answer, on loopback. */
  readonly endpoint: string;
  /** For whoever uses the SDK: this endpoint for every service, and credentials that are worth nothing. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Debian's images, as EC2 lists them: the second one is newer, and others bear similar names. */
const IMAGES = [
  { ami_id: "ami-00000000000000001", name: "debian-13-amd64-20260101-1000", owner_id: "136693071363" },
  { ami_id: "ami-00000000000000002", name: "debian-13-amd64-20260601-2000", owner_id: "136693071363" },
  { ami_id: "ami-00000000000000003", name: "debian-12-amd64-20260901-3000", owner_id: "136693071363" },
  { ami_id: "ami-00000000000000004", name: "debian-13-amd64-20261001-4000", owner_id: "666666666666" },
].map((image) => ({
  ...image,
  creation_date: `${image.name.replace(/^.*-(\d{4})(\d{2})(\d{2})-.*$/, "$1-$2-$3")}T00:00:00.000Z`,
  architecture: "x86_64",
  description: image.name,
  hypervisor: "xen",
  image_type: "machine",
  public: true,
  root_device_name: "/dev/xvda",
  root_device_type: "ebs",
  sriov: "simple",
  state: "available",
  virtualization_type: "hvm",
}));

/** A server that speaks Amazon's protocols and forgets everything when it ends. */
export async function startCloud(): Promise<Cloud> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-cloud-"));
  const images = join(folder, "images.json");
  await writeFile(images, JSON.stringify(IMAGES));
  const port = await freePort();
  const [python, module] = motoProgram();
  const child = spawn(python, ["-m", module, "-H", "127.0.0.1", "-p", String(port)], {
    env: { PATH: process.env["PATH"] ?? "", MOTO_AMIS_PATH: images, MOTO_IAM_LOAD_MANAGED_POLICIES: "false" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  await serving(child);
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "of-no-worth",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** It says so on its standard error, which nobody reads afterwards. */
function serving(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += said.length < 10_000 ? chunk.toString() : "";
      if (said.includes("Running on")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
}
