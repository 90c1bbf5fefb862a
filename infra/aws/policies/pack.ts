import { PolicyPack } from "@pulumi/policy";
import { RULES } from "./rules.ts";

/** The rules for `pulumi preview --policy-pack infra/aws/policies`, of this program or of any other one. */
new PolicyPack("holdfast-aws", {
  policies: RULES.map((rule) => ({
    name: rule.name,
    description: rule.description,
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const subjects = resources.map(({ urn, type, name, props, opts }) => ({
        urn,
        type,
        name,
        inputs: props,
        protect: opts.protect,
      }));
      for (const { subject, message } of rule.violations(subjects)) report(message, subject.urn);
    },
  })),
});
