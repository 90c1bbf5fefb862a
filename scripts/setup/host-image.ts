import { execa } from "execa";
import { BASE_TAG, imageTag, renderContainerfile } from "../../infra/local/image.ts";
import { PROJECT_ROOT } from "../project.ts";
import { type Report, UserError } from "../report.ts";

const CONTAINERFILE = renderContainerfile("prepared", 17);
const TIMEOUT_MS = 20 * 60_000;

/** The image of the default stack's hosts, by its name. */
export const HOST_IMAGE = imageTag("prepared", CONTAINERFILE);

/** Builds the image as an update would, unless it is there. */
export async function ensureHostImage(report: Report): Promise<void> {
  const building = execa("bash", ["infra/local/image.sh", BASE_TAG, HOST_IMAGE], {
    cwd: PROJECT_ROOT,
    input: CONTAINERFILE,
    stdout: "ignore",
    reject: false,
    timeout: TIMEOUT_MS,
  });
  for await (const line of building.iterable({ from: "stderr" })) {
    report(String(line));
  }
  if ((await building).failed) {
    throw new UserError("the image of the hosts could not be built", "see the lines above");
  }
}
