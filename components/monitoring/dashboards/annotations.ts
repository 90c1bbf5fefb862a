export interface Annotation {
  readonly title: string;
  readonly expr: string;
  /** What is written at the mark, with labels in double braces. */
  readonly heading: string;
  readonly text: string;
  readonly color: "red" | "blue";
}

/** A mark across all graphs for as long as an alert fires. */
export const alertsFiring: Annotation = {
  title: "Alerts",
  // The dead man's switch, which always fires, is no trouble.
  expr: 'ALERTS{alertstate="firing",severity!="none"}',
  heading: "{{alertname}}",
  text: "{{severity}} {{instance}}",
  color: "red",
};

/** Each promotion begins a timeline. */
export const leaderChanged: Annotation = {
  title: "Changes of the leader",
  expr: "max(patroni_postgres_timeline) > max(patroni_postgres_timeline offset $__interval)",
  heading: "Another leader",
  text: "A new timeline began.",
  color: "blue",
};
