import { addressRange } from "../../../components/fields.ts";
import type { AwsConfig } from "../../aws/schema.ts";
import { LONGEST_PREFIX } from "../../aws/subnets.ts";
import type { Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { overlap, within } from "./networks.ts";
import { problem } from "./problem.ts";

/** What the section "aws" is for, and what else may not be there with it. */
export function platforms({ platform, aws, dr }: Config, stack: string): Problem[] {
  if (platform === "local") {
    return [
      ...(aws === undefined
        ? []
        : [
            problem(
              "aws",
              "a group of settings",
              "only with platform aws",
              "remove it, or: pulumi config set holdfast:platform aws",
            ),
          ]),
      ...(dr.peer === undefined && !dr.fromBackups && dr.active
        ? []
        : [
            problem(
              "dr",
              dr,
              "only with platform aws",
              "remove it, or: pulumi config set holdfast:platform aws",
            ),
          ]),
    ];
  }
  return [
    ...(aws === undefined
      ? [
          problem(
            "aws",
            undefined,
            "a group of settings: region, administrators and backups.bucket at least",
            "write it in the stack's file; Pulumi.staging.yaml is an example",
          ),
        ]
      : []),
    ...(/^local(-|$)/.test(stack)
      ? [
          problem(
            "platform",
            "aws",
            `local: the state of a stack that is called "${stack}" stays on this machine, and one on AWS must not be lost with it`,
            "take another name for the stack: pulumi stack init NAME",
          ),
        ]
      : []),
  ];
}

/** Rules of the section itself; there is nothing to say where it is not. */
export const onAws =
  (rules: (config: Config & { readonly aws: AwsConfig }, stack: string) => Problem[]) =>
  (config: Config, stack: string): Problem[] =>
    config.platform === "aws" && config.aws !== undefined ? rules({ ...config, aws: config.aws }, stack) : [];

const ROLES = ["database", "proxy", "operations"] as const;

export const zonesOfRegion = onAws(({ hosts, aws }) =>
  ROLES.flatMap((role) =>
    hosts[role].zones.flatMap((zone, index) => {
      const path = `hosts.${role}.zones[${index}]`;
      if (!/^[a-h]$/.test(zone)) {
        return [
          problem(
            path,
            zone,
            `on aws a zone's letter, like a for ${aws.region}a`,
            "set it to the letter alone",
          ),
        ];
      }
      const subnets = aws.network.existing?.subnets;
      return subnets === undefined || zone in subnets
        ? []
        : [
            problem(
              path,
              zone,
              `a zone in which the existing network has a subnet: ${Object.keys(subnets).join(", ")}`,
              `add a subnet of that zone to aws.network.existing.subnets, or choose another zone`,
            ),
          ];
    }),
  ),
);

const SHORTEST_PREFIX = 16;
const prefixOf = (network: string) => Number(network.split("/")[1]);

export const networkOfAws = onAws(({ aws: { network } }) => {
  const { cidr, existing } = network;
  if (existing === undefined) {
    const deaf = network.nat === "none" && !network.endpoints.includes("ssm");
    if (deaf) {
      return [
        problem(
          "aws.network.nat",
          "none",
          "none only with ssm among aws.network.endpoints: a host tells its SSH key through that service when it boots",
          "add it: pulumi config set --path 'holdfast:aws.network.endpoints[0]' ssm, or let the hosts out",
        ),
      ];
    }
    return prefixOf(cidr) < SHORTEST_PREFIX || prefixOf(cidr) > LONGEST_PREFIX
      ? [
          problem(
            "aws.network.cidr",
            cidr,
            `a network of /${SHORTEST_PREFIX} to /${LONGEST_PREFIX}: with less, the subnets of all zones do not fit`,
            `pulumi config set --path 'holdfast:aws.network.cidr' 10.20.0.0/${SHORTEST_PREFIX}`,
          ),
        ]
      : [];
  }
  const subnets = [
    ...Object.entries(existing.subnets).map(([zone, subnet]) => ({ at: `subnets.${zone}`, ...subnet })),
    { at: "public", ...existing.public },
  ];
  const ownersOwn = [
    ...(network.nat === "one" ? [] : [["nat", network.nat] as const]),
    ...(network.endpoints.length === 0 ? [] : [["endpoints", network.endpoints] as const]),
  ].map(([setting, value]) =>
    problem(
      `aws.network.${setting}`,
      value,
      "nothing beside aws.network.existing: the ways out of a network are its owner's, and nothing is added to it",
      `remove it: pulumi config rm --path 'holdfast:aws.network.${setting}'`,
    ),
  );
  const wrong = subnets.flatMap(({ at, cidr: own, firstAddress }, index) => {
    const path = `aws.network.existing.${at}`;
    const twin = subnets.slice(0, index).find((other) => overlap(own, other.cidr));
    return [
      ...(within(own, cidr)
        ? []
        : [
            problem(
              `${path}.cidr`,
              own,
              `a part of aws.network.cidr, which is ${cidr}`,
              "state both as they are in AWS",
            ),
          ]),
      ...(twin === undefined
        ? []
        : [
            problem(
              `${path}.cidr`,
              own,
              `addresses apart from those of ${twin.at}, ${twin.cidr}`,
              "state both as they are in AWS",
            ),
          ]),
      ...(firstAddress === undefined || fits(firstAddress, own)
        ? []
        : [
            problem(
              `${path}.firstAddress`,
              firstAddress,
              `an address in ${own}, not one of its first four, with ten more behind it before its last`,
              "choose another one",
            ),
          ]),
    ];
  });
  return [...ownersOwn, ...wrong];
});

/** Whether eleven addresses from there on are within a subnet, and none of them is Amazon's. */
function fits(address: string, subnet: string): boolean {
  const [place] = addressRange(`${address}/32`);
  const [first, last] = addressRange(subnet);
  return place >= first + 4 && place + 11 <= last;
}

/** Wider than any network that somebody owns. */
const WIDEST = 8;

export const admission = onAws(({ aws, access }) => [
  ...aws.administrators.flatMap((network, index) =>
    prefixOf(network) >= WIDEST
      ? []
      : [
          problem(
            `aws.administrators[${index}]`,
            network,
            `a network of /${WIDEST} or smaller: SSH is not for the whole Internet`,
            "name the networks of those who administer",
          ),
        ],
  ),
  ...(aws.clientsAnywhere
    ? []
    : [
        ...aws.clients.map((network, index) => ({ path: `aws.clients[${index}]`, network })),
        ...access.flatMap((rule, at) =>
          rule.from.map((network, index) => ({ path: `access[${at}].from[${index}]`, network })),
        ),
      ].flatMap(({ path, network }) =>
        prefixOf(network) >= WIDEST
          ? []
          : [
              problem(
                path,
                network,
                `a network of /${WIDEST} or smaller, as long as aws.clientsAnywhere is false`,
                "name the clients' networks, or open the endpoints deliberately: pulumi config set --path 'holdfast:aws.clientsAnywhere' true",
              ),
            ],
      )),
]);

/** Rules under which not even the update itself could come in, which proves from the proxies that the cluster works. */
export const comingIn = onAws(({ access, aws: { network } }) => {
  const named = access.flatMap((rule) => rule.from);
  return named.length === 0 || named.some((from) => overlap(from, network.cidr))
    ? []
    : [
        problem(
          "access",
          named,
          `one network at least that the hosts are in: the update itself, which proves that the cluster works, comes from ${network.cidr}`,
          `add ${network.cidr} to a rule's "from"`,
        ),
      ];
});

export const serviceName = onAws(({ aws: { dns } }) => {
  if ((dns.zone === undefined) === (dns.service === undefined)) return [];
  const [missing, there] = dns.zone === undefined ? ["zone", "service"] : ["service", "zone"];
  return [
    problem(
      `aws.dns.${missing}`,
      undefined,
      `given, because aws.dns.${there} is: the service's name is a record in a hosted zone`,
      `pulumi config set --path 'holdfast:aws.dns.${missing}' VALUE, or remove aws.dns.${there}`,
    ),
  ];
});
