import { type MaintenanceConfig, WEEKDAYS } from "./schema.ts";

const NAMES: readonly string[] = WEEKDAYS;

const minutes = (time: string): number => {
  const [hours = 0, rest = 0] = time.split(":").map(Number);
  return hours * 60 + rest;
};

/** Weekday (0 is Sunday) and minute of the day of a moment in a time zone. */
function localTime(now: Date, timeZone: string): { day: number; minute: number } {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return {
    day: NAMES.indexOf(part("weekday").toLowerCase()),
    minute: minutes(`${part("hour")}:${part("minute")}`),
  };
}

/** Whether the window is open; one that closes before it opens goes on past midnight. */
export function isOpen(window: MaintenanceConfig["window"], timeZone: string, now: Date): boolean {
  const { day, minute } = localTime(now, timeZone);
  const from = minutes(window.from);
  const to = minutes(window.to);
  const opensOn = (weekday: number) => window.days.includes(WEEKDAYS[(weekday + 7) % 7] ?? "sun");
  if (from < to) return opensOn(day) && minute >= from && minute < to;
  return (opensOn(day) && minute >= from) || (opensOn(day - 1) && minute < to);
}

/** Why a disruptive change may not happen now; undefined when it may. */
export function forbiddenBecause(
  maintenance: MaintenanceConfig,
  timeZone: string,
  now: Date,
): string | undefined {
  if (maintenance.restarts === "never") {
    return "maintenance.restarts is never; set it to anytime or window for this change";
  }
  if (maintenance.restarts === "window" && !isOpen(maintenance.window, timeZone, now)) {
    const { days, from, to } = maintenance.window;
    return `maintenance.restarts is window, and the window (${days.join(", ")} ${from} to ${to}, ${timeZone}) is closed; run the update in it, or set maintenance.restarts to anytime for this change`;
  }
  return undefined;
}
