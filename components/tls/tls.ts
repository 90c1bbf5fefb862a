import * as pulumi from "@pulumi/pulumi";
import type { Topology } from "../model.ts";
import type { Host } from "../remote/host.ts";
import { secretFromCommand } from "../remote/local-command.ts";
import { generateKeys, installComponent } from "../remote/steps.ts";
import type { Authority } from "./authority.ts";
import { tlsFiles } from "./files.ts";
import { identitiesOf } from "./identities.ts";
import { certificateGeneration } from "./renewal.ts";
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
  /** The certificates (PEM) of all authorities that are trusted, which clients verify servers with. */
  readonly authorityCertificate: pulumi.Output<string>;
  readonly #ready = new Map<string, pulumi.Resource>();

  constructor(name: string, args: TlsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:tls:Tls", name, {}, opts);
    const { authorities: numbers, certificateDays } = args.tls;
    const authorities = numbers.map((number) => this.#authority(number, args));
    const [signing] = authorities;
    if (signing === undefined) {
      throw new Error("a cluster needs at least one certificate authority");
    }
    this.authorityCertificate = pulumi.unsecret(
      pulumi.all(authorities).apply((made) => made.map((each) => each.certificate).join("")),
    );
    const generation = certificateGeneration(args.tls, new Date());

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
          pulumi.all([signing, keys.stdout]).apply(([made, requests]) => ({
            order: "certificates" as const,
            authority: made,
            requests,
            identities: identities.map((identity) => ({
              ...identity,
              dnsNames: [...identity.dnsNames],
              addresses: [...identity.addresses],
              uses: [...identity.uses],
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
          .apply(([trusted, certificates]) =>
            tlsFiles({ host, hosts: args.topology.hosts, identities, authorities: trusted, certificates }),
          ),
        after: [keys],
        parent: this,
        timeoutSeconds: 240,
      });
      this.#ready.set(host.name, step);
    }
    this.registerOutputs({ authorityCertificate: this.authorityCertificate });
  }

  ready(host: Host): pulumi.Resource[] {
    const step = this.#ready.get(host.name);
    return step ? [step] : [];
  }

  /** One that is made anew would be trusted by nobody: each is made once, and stays as long as it is named. */
  #authority(number: number, { topology, tls }: TlsArgs): pulumi.Output<Authority> {
    const answer = this.#sign(
      number === 1 ? "certificate-authority" : `certificate-authority-${number}`,
      { order: "authority", cluster: topology.cluster, days: tls.caDays, generation: number },
      true,
    );
    // The command answers an "authority" order with exactly these two texts.
    return answer.apply((texts) => texts as unknown as Authority);
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
