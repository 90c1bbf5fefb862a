import { statfs } from "node:fs/promises";
import { UserError } from "../report.ts";
import { podman } from "../stack/containers.ts";

const GIB = 1024 ** 3;
/** The engine's build, the images, and the data of a new lab. */
export const FIRST_GIB = 8;
/** What the hosts write before they can be of use to anybody: write-ahead logs and journals. */
const AGAIN_GIB = 2;

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
export function requireSpace(place: Place, first: boolean): void {
  const needed = first ? FIRST_GIB : AGAIN_GIB;
  if (place.freeGib < needed) {
    throw new UserError(
      `the volume of ${place.path} has ${place.freeGib.toFixed(1)} GiB free, and ${first ? "a first lab" : "a lab"} needs ${needed}`,
      "free some: podman image prune, podman volume ls; ./holdfast doctor shows where room is needed",
    );
  }
}
