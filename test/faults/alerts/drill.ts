import { expect } from "vitest";
import type { AlertSink } from "../../lab/support/alert-sink.ts";
import { eventually, type Lab } from "../../lab/support/lab.ts";

/** A fault, and the alert that has to be there because of it. */
export interface Drill {
  readonly alert: string;
  readonly fault: string;
  readonly severity: "critical" | "high";
  /** From the fault to the delivery, at most. */
  readonly seconds: number;
  /** Gives what ends the fault. */
  inject(lab: Lab): Promise<() => Promise<void>>;
}

export interface Drilled {
  readonly alert: string;
  readonly fault: string;
  readonly seconds: number;
  readonly atMost: number;
}

const RESOLVED_SECONDS = 180;

/** Causes the fault, waits until people are told, on every way of the severity, ends it, and waits until they are told of that. */
export async function drilled(drill: Drill, lab: Lab, sink: AlertSink): Promise<Drilled> {
  const { alert, fault, severity, seconds: atMost } = drill;
  const ways = severity === "critical" ? (["pagerduty", "slack"] as const) : (["slack"] as const);
  const injected = Date.now();
  const end = await drill.inject(lab);
  let seconds = Number.POSITIVE_INFINITY;
  try {
    const first = await Promise.all(
      ways.map((way) =>
        eventually(`${way} is told of ${alert}`, atMost + 60, async () => {
          const [message] = await sink.of(alert, way, injected, "firing");
          return message?.at;
        }),
      ),
    );
    seconds = Math.max(...first) - injected / 1000;
    process.stderr.write(`· ${fault}: ${alert} after ${seconds.toFixed(1)} s\n`);
  } finally {
    await end();
  }
  await eventually(
    `${alert} is called off`,
    RESOLVED_SECONDS,
    async () => (await sink.of(alert, ways[0], injected, "resolved")).length > 0,
  );
  expect(seconds, `${alert}, from the fault to the delivery`).toBeLessThanOrEqual(atMost);
  return { alert, fault, seconds, atMost };
}
