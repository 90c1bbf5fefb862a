import { createHash } from "node:crypto";
import type { HostRole } from "../../components/model.ts";
import { PORTS } from "../../components/ports.ts";
import type { Config } from "../config/schema.ts";
import type { AddressPlan } from "../topology.ts";
import { OBJECT_STORE } from "./object-store.ts";

/** Last byte of the first host of each role; the network's gateway is 1, the shared services are 250. */
const FIRST_HOST: Record<HostRole, number> = { database: 11, proxy: 21, operations: 31 };
const SERVICES_HOST = 250;
/** What the store's certificate says. */
const STORE_NAME = "object-store";

/** Ports that a proxy offers to the workstation, in this order behind its own block. */
const ENDPOINT_PORTS = [
  PORTS.pgbouncerWriter,
  PORTS.pgbouncerReader,
  PORTS.haproxyWriter,
  PORTS.haproxyReader,
  PORTS.haproxySyncReader,
] as const;

/** Of Prometheus and Grafana, behind the blocks of the proxies. */
const MONITORING_PORT = 90;
const GRAFANA_PORT = 91;

/** Where a lab lives on the workstation: a network of its own and a block of 100 ports on 127.0.0.1. */
export interface LabAddresses extends AddressPlan {
  readonly gateway: string;
  readonly services: string;
  /** The port on 127.0.0.1 behind which a host's port is published, or undefined when it is not. */
  publishedPort(address: string, port: number): number | undefined;
  /** All published ports of a host. */
  publishedPorts(address: string): readonly { readonly published: number; readonly port: number }[];
}

/**
 * Addresses and ports follow from the stack's name, so that two labs run side by side without anybody choosing
 * numbers; `local.subnet` and `local.portBase` choose them where two names collide or something else is there.
 */
export function labAddresses(
  config: Pick<Config, "local"> & Partial<Pick<Config, "monitoring">>,
  stack: string,
): LabAddresses {
  const hash = createHash("sha256").update(stack).digest();
  const network = config.local.subnet ?? `10.${100 + ((hash[0] ?? 0) % 100)}.${hash[1] ?? 0}.0/24`;
  const base = config.local.portBase ?? 20_000 + (hash.readUInt16BE(2) % 120) * 100;
  const prefix = network.slice(0, network.lastIndexOf("."));
  const gateway = `${prefix}.1`;

  const publishedPorts = (address: string) => {
    const host = Number(address.slice(address.lastIndexOf(".") + 1));
    const ssh = { published: base + host, port: PORTS.ssh };
    if (host < FIRST_HOST.proxy) return [ssh];
    if (host >= FIRST_HOST.operations) {
      return [
        ssh,
        { published: base + MONITORING_PORT, port: PORTS.prometheus },
        ...(config.monitoring?.grafana === undefined
          ? []
          : [{ published: base + GRAFANA_PORT, port: PORTS.grafana }]),
      ];
    }
    const block = base + 40 + (host - FIRST_HOST.proxy) * 10;
    return [ssh, ...ENDPOINT_PORTS.map((port, index) => ({ published: block + index, port }))];
  };
  return {
    network,
    gateway,
    services: `${prefix}.${SERVICES_HOST}`,
    addressOf: (role, index) => `${prefix}.${FIRST_HOST[role] + index}`,
    // Connections to published ports reach a host from the network's gateway.
    administrators: [`${gateway}/32`],
    clients: [...new Set([`${gateway}/32`, network])],
    clientNames: [],
    clientAddresses: ["127.0.0.1"],
    balancer: [],
    bucket: {
      name: `holdfast-${stack}`,
      region: "us-east-1",
      endpoint: `https://${STORE_NAME}:${OBJECT_STORE.port}`,
    },
    outside: [{ name: STORE_NAME, address: `${prefix}.${SERVICES_HOST}` }],
    publishedPorts,
    publishedPort: (address, port) => publishedPorts(address).find((each) => each.port === port)?.published,
  };
}
