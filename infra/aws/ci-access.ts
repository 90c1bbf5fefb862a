import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GITHUB, githubTrust, previewPolicy, type StateAccess, updateStatePolicy } from "./ci-policies.ts";
import type { PolicyDocument } from "./iam.ts";

export interface CiAccessArgs {
  readonly stack: string;
  /**
   * As GitHub's tokens name it, in the same case: OWNER/NAME, and OWNER@ID/NAME@ID for one that was made or renamed since
   * July 2026. `gh api repos/OWNER/NAME/actions/oidc/customization/sub` says it, as sub_claim_prefix.
   */
  readonly repository: string;
  readonly previewEnvironment: string;
  readonly updateEnvironment: string;
  /** Of the account's provider for GitHub where it has one already: it can have no second one. */
  readonly providerArn?: string | undefined;
  /** Where the engine keeps the stack's state, at its top. */
  readonly stateBucket: string;
  /** What the stack's secrets are encrypted with, unless by a passphrase. */
  readonly secretsKeyArn?: string | undefined;
  /** What an update makes and changes; the state is not to be in it. */
  readonly updatePolicy: pulumi.Input<PolicyDocument>;
}

/** Apart from the stack's other roles: whoever updates it may change those, and not what it may do itself. */
const ciRolePath = (stack: string): string => `/holdfast-ci/${stack}/`;

/** So long may an update take, from host to host; a preview has Amazon's least. */
const UPDATE_SECONDS = 4 * 60 * 60;

/** What GitHub's jobs come in with instead of keys: a role for previews, and one for updates, each for one environment. */
export class CiAccess extends pulumi.ComponentResource {
  readonly previewRoleArn: pulumi.Output<string>;
  readonly updateRoleArn: pulumi.Output<string>;

  constructor(name: string, args: CiAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:aws:CiAccess", name, {}, opts);
    const { stack, repository } = args;
    const child = { parent: this };
    const provider = args.providerArn === undefined ? this.#provider(name) : pulumi.output(args.providerArn);
    const trusted = (environment: string) =>
      provider.apply((arn) => JSON.stringify(githubTrust(arn, repository, environment)));
    const preview = new aws.iam.Role(
      `${name}-preview`,
      {
        path: ciRolePath(stack),
        assumeRolePolicy: trusted(args.previewEnvironment),
        description: `Previews of ${stack} by ${repository}`,
        tags: { Name: `${stack}-preview` },
      },
      child,
    );
    const update = new aws.iam.Role(
      `${name}-update`,
      {
        path: ciRolePath(stack),
        assumeRolePolicy: trusted(args.updateEnvironment),
        description: `Updates of ${stack} by ${repository}`,
        maxSessionDuration: UPDATE_SECONDS,
        tags: { Name: `${stack}-update` },
      },
      child,
    );
    const state = this.#state(args);
    this.#grant(`${name}-preview`, preview, state.apply(previewPolicy));
    this.#grant(`${name}-update-state`, update, state.apply(updateStatePolicy));
    this.#grant(`${name}-update`, update, args.updatePolicy);
    this.previewRoleArn = preview.arn;
    this.updateRoleArn = update.arn;
    this.registerOutputs();
  }

  #provider(name: string): pulumi.Output<string> {
    // Without thumbprints: Amazon verifies GitHub by authorities that it trusts itself.
    return new aws.iam.OpenIdConnectProvider(
      name,
      { url: GITHUB.url, clientIdLists: [GITHUB.audience] },
      { parent: this },
    ).arn;
  }

  #state({ stack, stateBucket, secretsKeyArn }: CiAccessArgs): pulumi.Output<StateAccess> {
    const { accountId } = aws.getCallerIdentityOutput({}, { parent: this });
    const { partition } = aws.getPartitionOutput({}, { parent: this });
    return pulumi
      .all([accountId, partition])
      .apply(([account, part]) => ({ account, partition: part, bucket: stateBucket, stack, secretsKeyArn }));
  }

  #grant(name: string, role: aws.iam.Role, policy: pulumi.Input<PolicyDocument>): void {
    new aws.iam.RolePolicy(
      name,
      { role: role.name, policy: pulumi.output(policy).apply((document) => JSON.stringify(document)) },
      { parent: this },
    );
  }
}
