import { statfs } from "node:fs/promises";
import { UserError } from "../report.ts";
import { listed, podman } from "../stack/containers.ts";

const GIB = 1024 ** 3;
/** What is about to be made, and how much room it takes. */
export interface Need {
  readonly what: string;
  readonly gib: number;
}

/** The images, and the data of a new lab. */
export const FIRST_LAB: Need = { what: "a first lab", gib: 8 };
/** Write-ahead logs and journals of all hosts. */
const NEW_LAB: Need = { what: "a new lab", gib: 3 };
const UPDATE: Need = { what: "an update", gib: 1 };

/** What `up` needs for a stack with a lab already, or for a new one with or without images to make it from. */
export async function needFor(used: boolean): Promise<Need> {
  if (used) return UPDATE;
  const images = await listed("images", "--quiet", "--filter", "reference=localhost/holdfast-*");
  return images.length > 0 ? NEW_LAB : FIRST_LAB;
}

export interface Place {
  readonly path: string;
  readonly freeGib: number;
}

export async function placeAt(path: string): Promise<Place> {
  const { bavail, bsize } = await statfs(path);
  return { path, freeGib: (bavail * bsize) / GIB };
}

/** Where podman keeps images and volumes; undefined where there is no podman yet. */
export async function podmansPlace(): Promise<Place | undefined> {
  const { stdout, failed } = await podman(["info", "--format", "{{.Store.GraphRoot}}"]);
  // Its first command makes the folder.
  return failed || stdout === "" ? undefined : placeAt(stdout);
}

/** A full volume shows itself as any error at all, somewhere in the middle: so it is looked for before the start. */
export function requireSpace(place: Place, need: Need): void {
  if (place.freeGib < need.gib) {
    throw new UserError(
      `the volume of ${place.path} has ${place.freeGib.toFixed(1)} GiB free, and ${need.what} needs ${need.gib}`,
      "free some: podman image prune, podman volume ls; ./holdfast doctor shows where room is needed",
    );
  }
}
