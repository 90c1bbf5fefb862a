import type * as pulumi from "@pulumi/pulumi";
import type { Topology } from "../../components/model.ts";
import type { ConfigOnAws } from "../addresses.ts";
import type { Peer } from "../config/peer.ts";
import { accountOf } from "./account.ts";
import { CiAccess } from "./ci-access.ts";
import { KNOWN_TYPES, recordNamesOf, updatePermissions } from "./permissions.ts";
import { bucketsOf, replicaOf } from "./schema.ts";

/** What GitHub's jobs come in with, where the stack is updated by them. */
export function jobsAccess(
  {
    config,
    topology,
    stack,
    peer,
  }: {
    readonly config: ConfigOnAws;
    readonly topology: Topology;
    readonly stack: string;
    readonly peer: Peer | undefined;
  },
  parent: pulumi.Resource,
): void {
  const { ci, region, backups } = config.aws;
  if (ci === undefined) return;
  const updatePolicy = accountOf(parent, (whose) =>
    updatePermissions(KNOWN_TYPES, {
      ...whose,
      stack,
      cluster: topology.cluster,
      regions: [region, ...(backups.replica === undefined ? [] : [backups.replica])],
      buckets: bucketsOf(backups).map(({ name }) => name),
      recordNames: recordNamesOf(topology.domain, config.aws.dns.service),
      foreignBuckets: peer === undefined ? [] : [replicaOf(peer.aws.backups.bucket)],
    }),
  );
  new CiAccess(
    "ci",
    {
      stack,
      repository: ci.repository,
      previewEnvironment: `${stack}-preview`,
      updateEnvironment: stack,
      providerArn: ci.provider,
      stateBucket: ci.stateBucket,
      secretsKeyArn: ci.secretsKey,
      updatePolicy,
    },
    { parent },
  );
}
