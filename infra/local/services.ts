import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { StoreAccess } from "../../components/barman/barman.ts";
import { EXPIRED } from "../../components/barman/names.ts";
import { localCommand } from "../../components/remote/local-command.ts";
import type { ObjectStore } from "../platform.ts";
import { OBJECT_STORE } from "./object-store.ts";

export interface ServicesArgs {
  /** Name of the container, which labs on this machine share unless they name another. */
  readonly name: string;
  readonly image: pulumi.Input<string>;
  readonly network: string;
  /** The container's address in this lab's network. */
  readonly address: string;
  /** The bucket of this lab's backups, for as many days as nobody can delete what is in it. */
  readonly bucket: { readonly name: string; readonly lockDays: number };
  /** Names to publish, with their addresses. */
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/** Of the operations host, in its bucket: it puts, gets and marks, and never deletes. */
const OBJECT_RIGHTS = [
  ...["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"],
  ...["s3:GetObjectTagging", "s3:PutObjectTagging"],
];

/**
 * What a region offers and a cluster must not take along when it goes: an object store that speaks S3 (versitygw)
 * and a name server (dnsmasq), in a container of their own that `pulumi destroy` leaves alone.
 */
export class Services extends pulumi.ComponentResource implements ObjectStore {
  readonly endpoint: string;
  readonly access: pulumi.Output<StoreAccess>;

  constructor(name: string, args: ServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:local:Services", name, {}, opts);
    const outlives = { parent: this, retainOnDelete: true };
    const container = localCommand(
      "services-host",
      {
        create: `bash infra/local/services.sh create ${args.name}`,
        environment: {
          IMAGE: args.image,
          STORE_PROGRAM: OBJECT_STORE.program,
          EXPIRED_KEY: EXPIRED.key,
          EXPIRED_VALUE: EXPIRED.value,
        },
      },
      outlives,
    );
    // Whoever has it may put and get in this lab's bucket, and nothing else.
    const secretKey = new random.RandomPassword(
      "bucket-key",
      { length: 40, special: false },
      { parent: this },
    ).result;
    const accessKey = args.bucket.name;
    const bucket = localCommand(
      "bucket",
      {
        create: `bash infra/local/services.sh bucket ${args.name} ${args.bucket.name} ${accessKey} ${args.bucket.lockDays} ${OBJECT_RIGHTS.join(",")}`,
        environment: { STORE_PORT: String(OBJECT_STORE.port) },
        stdin: secretKey,
        triggers: [container.stdout],
      },
      outlives,
    );
    const link = localCommand(
      "services-link",
      {
        create: `bash infra/local/services.sh link ${args.name} ${args.network} ${args.address}`,
        delete: `bash infra/local/services.sh unlink ${args.name} ${args.network}`,
        triggers: [container.stdout, args.network, args.address],
      },
      { parent: this, deleteBeforeReplace: true },
    );
    for (const [record, addresses] of Object.entries(args.names)) {
      localCommand(
        `name-${record}`,
        {
          create: `bash infra/local/services.sh name ${args.name} ${record} ${addresses.join(" ")}`,
          triggers: [container.stdout],
        },
        { ...outlives, dependsOn: [link] },
      );
    }
    this.endpoint = `https://${args.address}:${OBJECT_STORE.port}`;
    this.access = pulumi.secret(
      pulumi
        .all([container.stdout, secretKey, bucket.stdout, link.stdout])
        .apply(([authority, key]) => ({ authority: `${authority.trim()}\n`, accessKey, secretKey: key })),
    );
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
