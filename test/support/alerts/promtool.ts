import { stringify } from "yaml";
import { metricLabel, neededOf } from "../../../components/monitoring/rules/missing.ts";
import { keepsFiring, linksOf, renderRules } from "../../../components/monitoring/rules/render.ts";
import type { AlertRule, RuleGroup } from "../../../components/monitoring/rules/rule.ts";
import { type AlertCase, of, PACES, type Series } from "./case.ts";
import { FACTS } from "./facts.ts";
import { parsePromql } from "./promql.ts";

/** What is asked of every alert; without its series, all of them at once. */
export const KINDS = ["fires", "does not fire just below", "resolves"] as const;
type Kind = (typeof KINDS)[number];

/** One test of promtool. */
export interface Test {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test?: readonly unknown[];
  readonly promql_expr_test?: readonly Query[];
}

interface Query {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly value: number }[];
}

/** The whole file of rules, for `promtool check rules` and for what has to be seen in all of them. */
export const RULES_FILE = "rules.yml";
const MISSING_FILE = "missing.test.yml";
const SCENES_FILE = "scenes.test.yml";

/**
 * Everything that promtool reads, by the name of the file; those that end in .test.yml are for `promtool test rules`. Each alert
 * is alone in a file of rules, because promtool evaluates all that are in one at each of thousands of moments. Pure.
 */
export function promtoolFiles(
  groups: readonly RuleGroup[],
  cases: readonly AlertCase[],
  scenes: readonly Test[],
): ReadonlyMap<string, string> {
  const rules = groups.flatMap((group) => group.rules);
  const alone = cases.flatMap((each): [string, string][] => {
    const rule = ruleOf(rules, each);
    const file = `${rule.name}.yml`;
    const name = `${[rule.name, each.way].filter(Boolean).join("-")}.test.yml`;
    const { evaluation } = PACES[each.pace];
    return [
      [file, renderRules([{ name: rule.subject, intervalSeconds: evaluation, rules: [rule] }], FACTS)],
      [name, renderTests(file, evaluation, [fires(rule, each), below(rule, each), resolves(rule, each)])],
    ];
  });
  return new Map([
    [RULES_FILE, renderRules(groups, FACTS)],
    ...alone,
    [MISSING_FILE, renderTests(RULES_FILE, 15, missing(rules, cases))],
    [SCENES_FILE, renderTests(RULES_FILE, 2, scenes)],
  ]);
}

function ruleOf(rules: readonly AlertRule[], { alert }: AlertCase): AlertRule {
  const rule = rules.find(({ name }) => name === alert);
  if (rule === undefined) throw new Error(`there is a case of ${alert}, and no such rule`);
  return rule;
}

const renderTests = (rulesFile: string, evaluation: number, tests: readonly Test[]): string =>
  stringify(
    { rule_files: [rulesFile], evaluation_interval: `${evaluation}s`, tests },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );

const titled = ({ alert, way }: AlertCase, kind: Kind): string =>
  `${alert}${way === undefined ? "" : ` (${way})`} ${kind}`;

/** When what is bad begins, is noticed, and ends again, in seconds. */
export function timesOf(rule: AlertRule, each: AlertCase) {
  const { sample, evaluation } = PACES[each.pace];
  const upTo = (seconds: number) => Math.ceil(seconds / evaluation) * evaluation;
  const begins = 2 * sample;
  const fires = upTo(begins) + upTo(each.firesIn ?? rule.forSeconds);
  const mended = Math.ceil((fires + evaluation) / sample) * sample;
  return { begins, fires, mended, ends: upTo(mended) + upTo((each.endsIn ?? 0) + keepsFiring(rule)) };
}

const fires = (rule: AlertRule, each: AlertCase): Test => {
  const { evaluation } = PACES[each.pace];
  const times = timesOf(rule, each);
  const quiet = times.fires - evaluation;
  return {
    name: titled(each, "fires"),
    interval: `${PACES[each.pace].sample}s`,
    input_series: input(each, times.fires, (series, at) => (at < times.begins ? series.good : series.bad)),
    alert_rule_test: [
      ...(each.firesAlways ? [] : [{ eval_time: `${quiet}s`, alertname: rule.name, exp_alerts: [] }]),
      {
        eval_time: `${times.fires}s`,
        alertname: rule.name,
        exp_alerts: [{ exp_labels: labelsOf(rule, each), exp_annotations: annotationsOf(rule, each) }],
      },
    ],
  };
};

const below = (rule: AlertRule, each: AlertCase): Test => {
  const { sample } = PACES[each.pace];
  const { begins, fires: end } = timesOf(rule, each);
  const until = end + 20 * sample;
  return {
    name: titled(each, "does not fire just below"),
    interval: `${sample}s`,
    input_series: input(each, until, (series, at) => {
      if (at < begins) return series.good;
      if (series.below !== "one scrape") return series.below;
      return at < begins + sample ? series.bad : series.good;
    }),
    promql_expr_test: [firings(rule, until, each.firesAlways ? "some" : "none")],
  };
};

const resolves = (rule: AlertRule, each: AlertCase): Test => {
  const { begins, fires: end, mended, ends } = timesOf(rule, each);
  return {
    name: titled(each, "resolves"),
    interval: `${PACES[each.pace].sample}s`,
    input_series: input(each, ends, (series, at) => (at < begins || at >= mended ? series.good : series.bad)),
    promql_expr_test: [firings(rule, end, "some"), active(rule, ends, each.firesAlways ? 1 : 0)],
  };
};

/** Whether it fired at any time up to then. */
const firings = ({ name }: AlertRule, until: number, which: "none" | "some"): Query => ({
  expr: `count(count_over_time(ALERTS{alertname="${name}",alertstate="firing"}[${until + 1}s])) > bool 0 or vector(0)`,
  eval_time: `${until}s`,
  exp_samples: [{ value: which === "some" ? 1 : 0 }],
});

const active = ({ name }: AlertRule, at: number, value: 0 | 1): Query => ({
  expr: `count(ALERTS{alertname="${name}",alertstate="firing"}) > bool 0 or vector(0)`,
  eval_time: `${at}s`,
  exp_samples: [{ value }],
});

/**
 * Everything is scraped and tells nothing, or nothing but what rules lean on to say what is missing: no alert fires, but for
 * those that say for each metric that it is missing.
 */
const missing = (rules: readonly AlertRule[], cases: readonly AlertCase[]): readonly Test[] => {
  const needed = new Set(rules.flatMap(neededBy));
  const base = new Set(STEPS.flatMap(({ tells }) => tells));
  return STEPS.map(({ adds, tells }, index): Test => {
    const series = [...UP, ...STEPS.slice(0, index + 1).flatMap((step) => step.adds)];
    const told = tells.length > 0 ? tells : [...needed].filter((name) => !base.has(name));
    return {
      name: `without series but up${adds.length > 0 ? " and its like" : ""}`,
      interval: "15s",
      input_series: series.map(([name, value]) => ({ series: name, values: `${value}x40` })),
      promql_expr_test: [
        ...(tells.length > 0 ? [] : cases.map((each) => silent(ruleOf(rules, each), each))),
        ...told.map((metric) => toldMissing(metric)),
      ],
    };
  });
};

const MISSING_SECONDS = 600;

const silent = (rule: AlertRule, { firesWithout, firesAlways }: AlertCase): Query =>
  firings(rule, MISSING_SECONDS, (firesWithout ?? firesAlways) ? "some" : "none");

const toldMissing = (metric: string): Query => ({
  expr: `count(ALERTS{alertname="MetricsMissing",alertstate="firing",metric="${metric}"}) > bool 0 or vector(0)`,
  eval_time: `${MISSING_SECONDS}s`,
  exp_samples: [{ value: 1 }],
});

const POOLERS = ["writer", "reader"];
type Constant = readonly [series: string, value: number];
const ofPoolers = (job: string, instance: string, metric: string): readonly Constant[] =>
  POOLERS.map((pooler) => [of(job, instance)(metric, { pooler }), 1]);

const UP: readonly Constant[] = FACTS.targets.map(({ job, instance, ...pooler }) => [
  of(job, instance)("up", pooler),
  1,
]);

/** Each with the series of those before it; the last one tells of everything else. */
const STEPS: readonly { readonly adds: readonly Constant[]; readonly tells: readonly string[] }[] = [
  { adds: [], tells: ["pg_up", "pgbouncer_up"] },
  {
    adds: [
      ...FACTS.members.map((name) => [of("postgres", name)("pg_up"), 1] as const),
      ...FACTS.proxies.flatMap((name) => ofPoolers("pgbouncer", name, "pgbouncer_up")),
    ],
    tells: ["pg_state_in_recovery"],
  },
  {
    adds: FACTS.members.map((name, index) => [
      of("postgres", name)("pg_state_in_recovery"),
      Math.min(index, 1),
    ]),
    tells: [],
  },
];

const NEEDED = neededOf(FACTS).flatMap(({ series }) => series);
/** The series of an alert whose absence has to be told, by the names that are told. */
export const neededBy = ({ expr }: AlertRule): readonly string[] => {
  const { metrics } = parsePromql(expr);
  return NEEDED.filter((series) => metrics.includes(series.replace(/\{.*/, ""))).map(metricLabel);
};

const labelsOf = (rule: AlertRule, each: AlertCase) => ({
  severity: rule.severity,
  subject: rule.subject,
  ...each.labels,
});

const annotationsOf = (rule: AlertRule, each: AlertCase) => ({
  summary: rule.summary.replaceAll(
    /\{\{ \$labels\.(\w+) \}\}/g,
    (_, name: string) => each.labels[name] ?? "",
  ),
  description: each.description,
  ...linksOf(rule, FACTS),
});

type Value = number | "none";

function input(each: AlertCase, until: number, valueAt: (series: Series, at: number) => Value) {
  const { sample } = PACES[each.pace];
  const times = Array.from({ length: Math.floor(until / sample) + 1 }, (_, index) => index * sample);
  return Object.entries(each.series).map(([name, series]) => ({
    series: name,
    values: samples(
      series.kind,
      times.map((at) => valueAt(series, at)),
      sample,
    ),
  }));
}

const FULL = 40_000;

/** In the notation of promtool. */
function samples(kind: Series["kind"], values: readonly Value[], sample: number): string {
  let total = 0;
  return values
    .map((value, index) => {
      // As a scrape that fails has it.
      if (value === "none") return index > 0 && values[index - 1] !== "none" ? "stale" : "_";
      if (kind === "gauge") return value;
      if (kind === "age") return index * sample - value;
      total += value * sample;
      return kind === "drain" ? FULL - total : total;
    })
    .join(" ");
}
