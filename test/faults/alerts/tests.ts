import { afterAll, expect, test } from "vitest";
import type { AlertSink } from "../../lab/support/alert-sink.ts";
import type { Lab } from "../../lab/support/lab.ts";
import { caused, type Drilled } from "./cause.ts";
import type { Batch } from "./drill.ts";
import { renderDrills } from "./table.ts";

/** All that is waited for beside the alerts themselves: that it is quiet before, what faults need, a whole cluster. */
const BESIDE_SECONDS = 1500;

const longest = ({ drills }: Batch): number =>
  Math.max(
    ...drills.flatMap(({ alerts }) => alerts.map(({ seconds, overSeconds }) => seconds + overSeconds)),
  );

/** A test for each of these batches, in a lab whose alerts go to this sink, and a table of all in the end. */
export function drillTests(lab: Lab, sink: AlertSink, batches: readonly Batch[]): void {
  const drilled: Drilled[] = [];
  afterAll(() => {
    process.stderr.write(renderDrills(drilled));
  });

  for (const batch of batches) {
    test(
      `alerts of ${batch.name}`,
      async () => {
        const found = await caused(batch, lab, sink);
        drilled.push(...found);
        expect(
          found.flatMap(({ alert, problems }) => problems.map((problem) => `${alert}: ${problem}`)),
        ).toEqual([]);
      },
      (longest(batch) + BESIDE_SECONDS) * 1000,
    );
  }
}
