// Which file may import which: `npx depcruise infra components scripts test`. What cannot be said as an import
// (who reads the configuration, who makes a command) is in test/unit/architecture.test.ts.

/** Files that only decide and print: a deployment can be rendered, and tested, without an engine. */
const PURE_NAMES = [
  ...["render", "schema", "hba", "firewall", "sizing", "parameters", "setting", "roles-sql", "arithmetic"],
  ...[
    "timings",
    "dynamic",
    "identities",
    "renewal",
    "packages",
    "fields",
    "model",
    "paths",
    "ports",
    "units",
    "owned",
    "agent-file",
  ],
  ...[
    "metadata",
    "extensions",
    "identifiers",
    "application-roles",
    "limits",
    "text-setting",
    "time-zone",
    "managed-file",
    "shell",
    "files",
    "names",
    "archive",
    "manifest",
    "schedule",
  ],
  ...[
    "alertmanager",
    "bloat-sql",
    "business",
    "business-schema",
    "exposition",
    "events",
    "exporter-units",
    "facts",
    "page",
    "password",
    "queries",
    "repeated",
    "scrape",
    "servers",
    "statistics",
  ],
];
/** What the configuration and the plan of a cluster on AWS are made of, without its SDK. */
const AWS_PURE = "^infra/aws/(schema|instance-types|subnets|addresses)\\.ts$";
/** What draws dashboards, with Grafana's SDK; their definitions do without it. */
const DRAWING = "^components/monitoring/dashboards/(dashboards|grafana-[a-z]+)\\.ts$";
const PURE = [
  AWS_PURE,
  `^components.*/(${PURE_NAMES.join("|")})\\.ts$`,
  "^components/monitoring/rules/",
  "^components/monitoring/dashboards/",
  "^infra/(addresses|topology|flows|plan|demand)\\.ts$",
  "^infra/config/(?!load)",
  "^infra/local/(addresses|image|object-store)\\.ts$",
];
const PROGRAM = "^(components|infra|scripts)/";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "Whoever reads one file of a circle has to read all of them.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "components-know-no-deployment",
      comment: "Components know hosts, never clouds, stacks or the operator's commands.",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(infra|scripts|test)/" },
    },
    {
      name: "program-knows-no-scripts",
      comment: "Scripts run outside the program: what they share with it is the program's.",
      severity: "error",
      from: { path: "^infra/" },
      to: { path: "^(scripts|test)/" },
    },
    {
      name: "scripts-know-no-tests",
      severity: "error",
      from: { path: "^scripts/" },
      to: { path: "^test/" },
    },
    {
      name: "aws-only-on-aws",
      comment:
        "Its SDK is slow to load, and a lab has no use for it: import it where the platform is chosen.",
      severity: "error",
      from: { pathNot: "^(infra/aws|test)/" },
      to: {
        path: "^infra/aws/",
        pathNot: AWS_PURE,
        dynamic: false,
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "dashboards-only-for-grafana",
      comment: "Its SDK is slow to load, and a cluster without Grafana has no use for it: import it there.",
      severity: "error",
      from: { pathNot: [DRAWING, "^test/"] },
      to: { path: [DRAWING, "^node_modules/@grafana/"], dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "pure-files-know-no-pulumi",
      comment: "What decides or prints works with plain data; types do not exist when it runs.",
      severity: "error",
      from: { path: PURE },
      to: { path: "^node_modules/@pulumi/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "pure-files-use-pure-files",
      comment: "A file is as pure as what it imports.",
      severity: "error",
      from: { path: PURE },
      to: { path: "^(components|infra)/.*\\.ts$", pathNot: PURE, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "commands-come-from-remote",
      comment:
        "The settings that a command must have are made in one folder; elsewhere only its types are used.",
      severity: "error",
      from: { path: PROGRAM, pathNot: "^components/remote/" },
      to: { path: "^node_modules/@pulumi/command/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "plugins-stand-alone",
      comment: "A plugin is bundled to one file and named after a hash of its own sources alone.",
      severity: "error",
      from: { path: "^scripts/engine/plugins/" },
      to: {
        path: "^(components|infra|scripts|test)/",
        pathNot: ["^scripts/engine/plugins/", "^scripts/engine/versions\\.ts$"],
      },
    },
    {
      name: "no-dev-dependency",
      comment: "The program runs where only the dependencies are installed.",
      severity: "error",
      from: { path: PROGRAM, pathNot: "^scripts/check/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-unlisted-package",
      comment: "A package that is there only because another one needs it can go any day.",
      severity: "error",
      from: { path: "^(components|infra|scripts|test)/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown"] },
    },
    {
      name: "no-missing-file",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "^node_modules/" },
    // Type-only imports count: a circle of types is a circle for the reader, too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
