import type { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { HostPlan, Topology } from "../../components/model.ts";
import { PORTS } from "../../components/ports.ts";
import { connectionTo } from "../../components/remote/connection.ts";
import type { Host } from "../../components/remote/host.ts";
import { type LocalCommandArgs, localCommand } from "../../components/remote/local-command.ts";
import type { Config } from "../config/schema.ts";
import type { ObjectStore, Platform } from "../platform.ts";
import { administratorsKey } from "../ssh-key.ts";
import { type LabAddresses, labAddresses } from "./addresses.ts";
import { BASE_TAG, imageTag, renderContainerfile } from "./image.ts";
import { Services } from "./services.ts";

export interface LocalPlatformArgs {
  readonly config: Config;
  readonly topology: Topology;
  readonly stack: string;
}

/** The lab: every host a container with a whole systemd, reached through ports on 127.0.0.1. */
export class LocalPlatform extends pulumi.ComponentResource implements Platform {
  readonly hosts: readonly Host[];
  readonly objectStore: ObjectStore;
  readonly sshPrivateKey: pulumi.Output<string>;
  readonly #args: LocalPlatformArgs;
  readonly #addresses: LabAddresses;

  constructor(name: string, args: LocalPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:local:LocalPlatform", name, {}, opts);
    this.#args = args;
    const { stack, config } = args;
    const addresses = labAddresses(config, stack);
    this.#addresses = addresses;
    const lab = `holdfast-${stack}`;

    const image = this.#image();
    const key = administratorsKey(this);
    this.sshPrivateKey = key.privateKey;
    const network = this.#command(
      "network",
      {
        create: `bash infra/local/network.sh create ${lab} ${addresses.network} ${stack}`,
        delete: `bash infra/local/network.sh delete ${lab}`,
        triggers: [addresses.network],
      },
      // The other way round, the end of the old network would be the end of the new one, which has its name.
      { deleteBeforeReplace: true },
    );
    this.hosts = args.topology.hosts.map((plan) => this.#host(plan, { lab, image, network, ...key }));
    this.objectStore = new Services(
      "services",
      {
        name: config.local.services,
        image: image.stdout,
        network: lab,
        address: addresses.services,
        bucket: { name: addresses.bucket.name, lockDays: config.backups.recoveryWindowDays },
        names: Object.fromEntries(
          ["writer", "reader"].map((endpoint) => [
            `${endpoint}.${args.topology.domain}`,
            args.topology.hosts.filter((host) => host.role === "proxy").map((host) => host.address),
          ]),
        ),
      },
      { parent: this, dependsOn: [network] },
    );
    this.registerOutputs();
  }

  reach(host: string, port: number): { host: string; port: number } | undefined {
    const plan = this.hosts.find((each) => each.name === host);
    const published = plan && this.#addresses.publishedPort(plan.address, port);
    return published === undefined ? undefined : { host: "127.0.0.1", port: published };
  }

  #image(): local.Command {
    const { config } = this.#args;
    const containerfile = renderContainerfile(config.local.image, config.postgres.version);
    return this.#command("image", {
      create: `bash infra/local/image.sh ${BASE_TAG} ${imageTag(config.local.image, containerfile)}`,
      stdin: containerfile,
    });
  }

  #host(
    plan: HostPlan,
    lab: {
      lab: string;
      image: local.Command;
      network: local.Command;
      privateKey: pulumi.Output<string>;
      publicKey: pulumi.Output<string>;
    },
  ): Host {
    const { stack, config } = this.#args;
    const addresses = this.#addresses;
    const name = `${lab.lab}-${plan.name}`;
    const volume =
      plan.role === "proxy"
        ? undefined
        : this.#command(`${plan.name}-volume`, {
            create: `bash infra/local/volume.sh create ${name} ${stack}`,
            // An input and not an option of the resource, whose change no preview shows and no update records.
            delete: config.local.keepVolumes ? "true" : `bash infra/local/volume.sh delete ${name}`,
          });
    const ports = addresses.publishedPorts(plan.address).map(({ published, port }) => `${published}:${port}`);
    const environment = {
      STACK: stack,
      HOST: plan.name,
      ADDRESS: plan.address,
      NETWORK: lab.lab,
      IMAGE: lab.image.stdout,
      MEMORY_MIB: String(plan.memoryMiB),
      CPUS: String(plan.cpu),
      PORTS: ports.join(" "),
      VOLUME: volume ? name : "",
    };
    const container = this.#command(
      `${plan.name}-host`,
      {
        create: `bash infra/local/host.sh create ${name}`,
        delete: `bash infra/local/host.sh delete ${name}`,
        environment,
        stdin: lab.publicKey,
        // Another container, another machine: all that was done on the old one has to be done again on the new.
        triggers: [environment],
      },
      {
        dependsOn: volume ? [lab.network, volume] : [lab.network],
        // A name, an address and ports cannot belong to two containers at a time.
        deleteBeforeReplace: true,
      },
    );
    const machine = container.stdout.apply((text): { identity: string; hostKey: string } => JSON.parse(text));
    const hostKey = machine.apply((known) => known.hostKey);
    return {
      ...plan,
      connection: connectionTo({
        host: "127.0.0.1",
        port: addresses.publishedPort(plan.address, PORTS.ssh) ?? PORTS.ssh,
        user: "admin",
        privateKey: lab.privateKey,
        hostKey,
      }),
      hostKey,
      identity: machine.apply((known) => known.identity),
      resource: container,
      specification: `${imageTag(config.local.image, renderContainerfile(config.local.image, config.postgres.version))}, ${plan.memoryMiB} MiB, ${plan.cpu} cpu, ${lab.lab} ${plan.address}`,
      container: true,
    };
  }

  #command(name: string, args: LocalCommandArgs, opts: pulumi.CustomResourceOptions = {}): local.Command {
    return localCommand(name, args, { parent: this, ...opts });
  }
}
