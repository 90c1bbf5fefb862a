/** How far samples and evaluations are apart, in seconds: as in Prometheus for what pages, and wider for what takes days. */
export const PACES = {
  page: { sample: 5, evaluation: 2 },
  minutes: { sample: 5, evaluation: 15 },
  hours: { sample: 60, evaluation: 60 },
  days: { sample: 3600, evaluation: 3600 },
} as const;
export type Pace = keyof typeof PACES;

/** gauge: the value itself. counter: its growth in a second; drain: its loss, of 40,000. age: a timestamp so many seconds ago. */
type Kind = "gauge" | "counter" | "drain" | "age";

export interface Series {
  readonly kind: Kind;
  readonly good: number | "none";
  readonly bad: number | "none";
  /** Just not bad enough; or bad in one scrape alone. */
  readonly below: number | "one scrape";
}

const series =
  (kind: Kind) =>
  (good: Series["good"], bad: Series["bad"], below: Series["below"]): Series => ({ kind, good, bad, below });
export const gauge = series("gauge");
export const counter = series("counter");
export const drain = series("drain");
export const age = series("age");
/** Bad in one scrape alone is not bad enough. */
export const lost = (good: Series["good"], bad: Series["bad"]): Series => gauge(good, bad, "one scrape");
export const always = (value: number): Series => gauge(value, value, value);

export interface AlertCase {
  readonly alert: string;
  /** Where an alert has several ways to fire, which one this is. */
  readonly way?: string;
  readonly pace: Pace;
  /** Good for two samples, and then bad. */
  readonly series: Readonly<Record<string, Series>>;
  /** Labels beside severity and subject. */
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
  /** Seconds from the first bad sample on; by default what `for` says. One evaluation before that it has not fired. */
  readonly firesIn?: number;
  /** How many seconds after the first good sample it is over; by default an evaluation. */
  readonly endsIn?: number;
  /** It fires without any series as well, because that is its purpose. */
  readonly firesWithout?: true;
  /** Whatever there is. */
  readonly firesAlways?: true;
}

const ROLES: readonly (readonly [RegExp, string])[] = [
  [/^db-/, "database"],
  [/^proxy-/, "proxy"],
  [/^ops-/, "operations"],
];
const roleOf = (instance: string): string => ROLES.find(([form]) => form.test(instance))?.[1] ?? "";

/** A series of a target, with the labels that every one of them has. */
export const of =
  (job: string, instance: string) =>
  (metric: string, labels: Readonly<Record<string, string>> = {}): string => {
    const all = { instance, job, role: roleOf(instance), ...labels };
    const pairs = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
    return `${metric}{${pairs.join(",")}}`;
  };

/** Labels of an alert that keeps those of its target. */
export const on = (job: string, instance: string) => ({ instance, job, role: roleOf(instance) });
export const onHost = (instance: string) => ({ instance, role: roleOf(instance) });
