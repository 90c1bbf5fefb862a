/** A bucket as somebody finds it who asks for its name. */
export type BucketFinding =
  | { readonly kind: "free" }
  /** It belongs to another account, or is in another region. */
  | { readonly kind: "foreign" }
  | {
      readonly kind: "own";
      readonly cluster: string | undefined;
      readonly locked: boolean;
      readonly keyArn: string | undefined;
    };

/** What there is in the account before an update, as far as the update could fail on it half-way. */
export interface LookedAt {
  /** Names of the region's zones, like "us-east-1a". */
  readonly zones: readonly string[];
  readonly buckets: ReadonlyMap<string, BucketFinding>;
  /** The network that this stack made. */
  readonly network: { readonly id: string; readonly cidr: string } | undefined;
  /** Data volumes of this stack, by the name of their host. */
  readonly volumes: ReadonlyMap<string, { readonly id: string; readonly gib: number; readonly zone: string }>;
  /** The name of the hosted zone of the service, with the dot at its end; undefined where there is none of this id. */
  readonly hostedZone: string | undefined;
  /** Subnets of an existing network that were found. */
  readonly subnets: ReadonlyMap<
    string,
    { readonly vpc: string; readonly cidr: string; readonly zone: string }
  >;
}

export interface Findings extends LookedAt {
  /** What the stack's state knows, each resource by its types and its name: see state.ts. */
  readonly state: ReadonlySet<string>;
}
