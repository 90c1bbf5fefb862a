/**
 * Prints the id of Debian's newest image in a region. Environment: REGION, RELEASE (13), and GENERATION, which counts how
 * often somebody wanted a newer one: what is printed is kept until then.
 */
import { DescribeImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { required } from "./environment.ts";

/** Debian's own account; not compared with Debian's own page yet. */
const DEBIAN = "136693071363";

const region = required("REGION");
const release = required("RELEASE");
const { Images: images = [] } = await new EC2Client({ region }).send(
  new DescribeImagesCommand({
    Owners: [DEBIAN],
    Filters: [
      { Name: "name", Values: [`debian-${release}-amd64-*`] },
      { Name: "state", Values: ["available"] },
      { Name: "architecture", Values: ["x86_64"] },
    ],
  }),
);
const [newest] = images.sort((a, b) => (b.CreationDate ?? "").localeCompare(a.CreationDate ?? ""));
if (newest?.ImageId === undefined) {
  process.stderr.write(
    `no image of Debian ${release} in ${region}, of the account ${DEBIAN}\nnext: see whether the region is right and enabled for this account\n`,
  );
  process.exit(1);
}
process.stdout.write(newest.ImageId);
