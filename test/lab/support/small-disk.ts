import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { podman } from "../../../scripts/stack/containers.ts";

/** Images of disks, VOLUME.img: from them alone, a later run knows what a killed one left. */
const FOLDER = "/var/tmp/holdfast-test-disks";
const SUFFIX = ".img";

/**
 * A data volume of limited size, made before the lab under the name by which the lab finds it. It has no label of the
 * lab: an update would take it for one that another checkout left. podman sets the loop device up when it mounts the
 * volume, and takes it down with it.
 */
export async function makeSmallDisk(volume: string, size: string): Promise<void> {
  const image = join(FOLDER, volume + SUFFIX);
  await mkdir(FOLDER, { recursive: true });
  await execa("/usr/sbin/mkfs.ext4", ["-q", image, size]);
  const options = ["type=ext4", `device=${image}`, "o=loop"].flatMap((option) => ["--opt", option]);
  const made = await podman(["volume", "create", ...options, volume]);
  if (made.failed) {
    throw new Error(`the small disk ${volume}: ${made.stderr}`);
  }
}

/** Takes away those that no container uses any more. */
export async function removeSmallDisks(gone: (volume: string) => boolean): Promise<void> {
  for (const file of existsSync(FOLDER) ? await readdir(FOLDER) : []) {
    const volume = file.slice(0, -SUFFIX.length);
    if (gone(volume)) {
      await podman(["volume", "rm", "--force", volume]);
      await rm(join(FOLDER, file));
    }
  }
}
