import Table from "cli-table3";

export interface Measure {
  readonly what: string;
  readonly value: string;
  /** What is promised; empty where the figure only serves to judge another one. */
  readonly bar: string;
  readonly met?: boolean;
  readonly note?: string;
}

export const seconds = (value: number): string => `${value.toFixed(1)} s`;
export const milliseconds = (value: number): string => `${(value / 1000).toFixed(2)} s`;

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The table at the end of a run: pure. */
export function renderMeasures(measures: readonly Measure[]): string {
  const table = new Table({ head: ["what", "measured", "bar", "", "note"], style: { head: [], border: [] } });
  for (const { what, value, bar, met, note } of measures) {
    table.push([what, value, bar, met === undefined ? "" : met ? "met" : "MISSED", note ?? ""]);
  }
  return `${table.toString()}\n`;
}
