export interface MomentOptions {
  readonly stack: string;
  readonly to: string;
  readonly from: string;
  readonly backup?: string;
  readonly timeline?: string;
}

export interface RunOptions extends MomentOptions {
  readonly name: string;
  readonly into: string;
  readonly table?: string;
  readonly database?: string;
  /** The cluster's name, by which it is agreed that its data is replaced. */
  readonly confirm?: string;
}

export interface TestOptions {
  readonly stack: string;
  readonly from?: string;
  readonly backup?: string;
}
