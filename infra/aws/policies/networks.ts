import { at, each, listAt, type Rule } from "./rule.ts";

/** Wider than any network that somebody owns. */
const WIDEST = 8;
const IPV6_ALL = "::/0";

const tooWide = (cidr: unknown): boolean =>
  typeof cidr === "string" && (cidr === IPV6_ALL || Number(cidr.split("/")[1]) < WIDEST);

const CLIENTS = "name the clients' networks; aws.clientsAnywhere opens the endpoints deliberately";

export const networks: readonly Rule[] = [
  each(
    "not-in-from-everywhere",
    "Nothing comes in from the whole Internet.",
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"],
    ({ cidrIpv4, cidrIpv6 }) =>
      tooWide(cidrIpv4) || tooWide(cidrIpv6) ? `the rule lets everybody in: ${CLIENTS}` : undefined,
  ),
  each(
    "no-wide-inline-rules",
    "Nothing comes in from the whole Internet by a rule within its group.",
    ["aws:ec2/securityGroup:SecurityGroup"],
    (inputs) =>
      listAt(inputs, "ingress").some((rule) =>
        [...listAt(rule, "cidrBlocks"), ...listAt(rule, "ipv6CidrBlocks")].some(tooWide),
      )
        ? `ingress lets everybody in: ${CLIENTS}`
        : undefined,
  ),
  each(
    "one-port-a-rule",
    "A rule names a protocol and its ports.",
    [
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ],
    ({ ipProtocol, fromPort, toPort }) =>
      ipProtocol === "tcp" && typeof fromPort === "number" && fromPort === toPort
        ? undefined
        : "ipProtocol is to be tcp, with one port",
  ),
  each(
    "default-group-closed",
    "What nobody chose a group for can speak to nobody.",
    ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
    (inputs) =>
      listAt(inputs, "ingress").length + listAt(inputs, "egress").length === 0
        ? undefined
        : "ingress and egress are to be empty",
  ),
  each(
    "balancers-internal",
    "No database is offered to the Internet.",
    ["aws:lb/loadBalancer:LoadBalancer"],
    ({ internal }) => (internal === true ? undefined : "internal is to be true"),
  ),
  {
    name: "flows-logged",
    description: "A network that is made logs who spoke to whom.",
    violations: (subjects) => {
      const logged = subjects.some(
        ({ type, inputs }) => type === "aws:ec2/flowLog:FlowLog" && at(inputs, "trafficType") === "ALL",
      );
      return subjects
        .filter(({ type }) => type === "aws:ec2/vpc:Vpc" && !logged)
        .map((subject) => ({ subject, message: "the network needs a FlowLog of all traffic" }));
    },
  },
];
