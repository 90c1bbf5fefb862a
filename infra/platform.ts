import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../components/remote/host.ts";

/** S3, or something that speaks it, which outlives the cluster. */
export interface ObjectStore {
  /** As the cluster's hosts reach it. */
  readonly endpoint: string;
  readonly region: string;
  /** The certificate (PEM) to trust besides the public authorities, where the store has one of its own. */
  readonly authority?: pulumi.Output<string>;
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
