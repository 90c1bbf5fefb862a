import type { types } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { HostPlan } from "../model.ts";

/** A host that exists: what a platform gives for each HostPlan. Components know no more of it than this. */
export interface Host extends HostPlan {
  readonly connection: types.input.remote.ConnectionArgs;
  /** The host's public key in OpenSSH's form, known before the first connection. */
  readonly hostKey: pulumi.Output<string>;
  /** Changes whenever the machine is another one, so that every step runs again on it. */
  readonly identity: pulumi.Output<string>;
  readonly resource: pulumi.Resource;
  /** What the machine is made from and of: when it changes, the machine is made anew. */
  readonly specification: string;
  /** Kernel settings and devices belong to the machine below and cannot be set: recorded as skipped, not failed. */
  readonly container: boolean;
}
