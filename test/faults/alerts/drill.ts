import type { Scene } from "./scene.ts";

/** An alert that has to be there because of a fault. */
export interface Told {
  readonly alert: string;
  readonly severity: "critical" | "high";
  /** From the fault to the delivery, at most. */
  readonly seconds: number;
  /** Why that is more than what pages may take: what has to last, or to be looked at, first. */
  readonly why?: string;
  /** From the end of the fault to the delivery of that, at most. */
  readonly overSeconds: number;
  /** The host that is named to whoever is told. */
  readonly about?: (scene: Scene) => string;
  /** By every way there is, since one of them is what does not work. */
  readonly everyWay?: true;
  /** Why nobody waits for its end. */
  readonly lasts?: string;
}

/** A fault, and who has to be told of what because of it. */
export interface Drill {
  readonly fault: string;
  readonly alerts: readonly Told[];
  /** Whatever it does, it has said before how that ends. */
  readonly inject: (scene: Scene) => Promise<void>;
}

/** Faults that do not disturb each other, and none of which hides an alert of another one: at the same time. */
export interface Batch {
  readonly name: string;
  readonly drills: readonly Drill[];
  /** What else may wake somebody meanwhile, since it is true as well; where that is not said, anything may. */
  readonly besides?: readonly string[];
}

/** Scraped every 5 s, two scrapes that fail, looked at every 2 s, and told at once. */
export const AT_ONCE = 20;
const OVER = 180;
/** What counts over five minutes is over after as many, and told a minute later. */
export const OVER_FIVE_MINUTES = 480;

type Rest = Partial<Pick<Told, "overSeconds" | "about" | "everyWay" | "lasts">>;

/** Whoever is on call is woken. */
export const page = (
  alert: string,
  exception: (Rest & { readonly seconds: number; readonly why: string }) | Rest = {},
): Told => ({ seconds: AT_ONCE, overSeconds: OVER, ...exception, alert, severity: "critical" });

/** The channel is told. */
export const notice = (alert: string, seconds: number, rest: Rest = {}): Told => ({
  overSeconds: OVER,
  ...rest,
  alert,
  severity: "high",
  seconds,
});
