import type * as pulumi from "@pulumi/pulumi";
import type { StoreAccess } from "../components/barman/barman.ts";
import type { Host } from "../components/remote/host.ts";

/** S3, or something that speaks it, which outlives the cluster. */
export interface ObjectStore {
  /** As the cluster's hosts reach it. */
  readonly endpoint: string;
  /** Secret: how to get at it, where the hosts' own roles are not enough. */
  readonly access?: pulumi.Output<StoreAccess>;
}

/** What a platform gives. Everything above it is the same on AWS, on containers and on machines of one's own. */
export interface Platform {
  readonly hosts: readonly Host[];
  readonly objectStore: ObjectStore;
  /** The machine that is reached first, by SSH, where hosts themselves are not in reach. */
  readonly wayIn?: {
    readonly host: pulumi.Output<string>;
    readonly port: number;
    readonly user: string;
    readonly hostKey: pulumi.Output<string>;
  };
  /** How the workstation reaches a host's port; undefined where it has no way in. */
  reach(host: string, port: number): { host: string; port: number } | undefined;
  readonly sshPrivateKey: pulumi.Output<string>;
  /** Called when everything else of the stack is there. */
  seal?(everything: readonly pulumi.Resource[]): void;
}
