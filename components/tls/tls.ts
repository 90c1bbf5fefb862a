import * as pulumi from "@pulumi/pulumi";
import type { Topology } from "../model.ts";
import type { Host } from "../remote/host.ts";
import { secretFromCommand } from "../remote/local-command.ts";
import { generateKeys, installComponent } from "../remote/steps.ts";
import type { Authority } from "./authority.ts";
import { tlsFiles } from "./files.ts";
import { identitiesOf } from "./identities.ts";
import { renewalPeriod } from "./renewal.ts";
import type { TlsConfig } from "./schema.ts";
import type { SigningOrder } from "./signing.ts";

export interface TlsArgs {
  readonly hosts: readonly Host[];
  readonly topology: Topology;
  readonly tls: TlsConfig;
  readonly after: (host: Host) => pulumi.Resource[];
}

/**
 * The cluster's certificates. Private keys are made on the host that uses them and never leave it: the host sends a
 * request, the authority signs it, the certificate goes back. The authority's key is in the encrypted state only.
 */
export class Tls extends pulumi.ComponentResource {
  /** The authority's certificate (PEM), which clients verify servers with. */
  readonly authorityCertificate: pulumi.Output<string>;
  readonly #ready = new Map<string, pulumi.Resource>();

  constructor(name: string, args: TlsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:tls:Tls", name, {}, opts);
    const { caDays, certificateDays, renewBeforeDays } = args.tls;
    // Another authority would be trusted by nobody until every daemon has it: this one is made once.
    const answer = this.#sign(
      "certificate-authority",
      { order: "authority", cluster: args.topology.cluster, days: caDays, generation: 1 },
      true,
    );
    // The command answers an "authority" order with exactly these two texts.
    const authority = answer.apply((texts) => texts as unknown as Authority);
    this.authorityCertificate = pulumi.unsecret(authority.apply((made) => made.certificate));
    const generation = renewalPeriod(new Date(), certificateDays, renewBeforeDays);

    for (const host of args.hosts) {
      const identities = identitiesOf(host, args.topology);
      const keys = generateKeys({
        host,
        name: `${host.name}-tls-keys`,
        keys: identities.map(({ path, owner, commonName }) => ({ path, owner, commonName })),
        after: args.after(host),
        parent: this,
        timeoutSeconds: 60,
      });
      const certificates = pulumi.unsecret(
        this.#sign(
          `${host.name}-tls-certificates`,
          pulumi.all([authority, keys.stdout]).apply(([made, requests]) => ({
            order: "certificates" as const,
            authority: made,
            requests,
            identities: identities.map((identity) => ({
              ...identity,
              dnsNames: [...identity.dnsNames],
              addresses: [...identity.addresses],
            })),
            days: certificateDays,
            generation,
          })),
          false,
        ),
      );
      const step = installComponent({
        host,
        component: "tls",
        files: pulumi
          .all([this.authorityCertificate, certificates])
          .apply(([ca, byPath]) => tlsFiles(host.role, identities, ca, byPath)),
        after: [keys],
        parent: this,
        timeoutSeconds: 60,
      });
      this.#ready.set(host.name, step);
    }
    this.registerOutputs({ authorityCertificate: this.authorityCertificate });
  }

  ready(host: Host): pulumi.Resource[] {
    const step = this.#ready.get(host.name);
    return step ? [step] : [];
  }

  #sign(
    name: string,
    order: pulumi.Input<SigningOrder>,
    once: boolean,
  ): pulumi.Output<Readonly<Record<string, string>>> {
    return secretFromCommand(
      name,
      {
        create: "node --import tsx components/tls/sign.ts",
        stdin: pulumi.output(order).apply((value) => JSON.stringify(value)),
        once,
      },
      { parent: this },
      (text): Record<string, string> => JSON.parse(text),
    );
  }
}
