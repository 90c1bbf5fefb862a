"""How the page looks: on a screen and on a phone, by day and by night. Lengths of lines are in pixels, the same whatever font a viewer has."""

STYLE = """
:root { color-scheme: light dark; background: var(--ground);
  --ground: #f3f4f6; --card: #fff; --ink: #111827; --soft: #4b5563; --line: #d1d5db;
  --good: #166534; --warn: #92400e; --bad: #b91c1c; --plain: #374151;
  --good-tint: #dcfce7; --warn-tint: #fef3c7; --bad-tint: #fee2e2; --plain-tint: #e5e7eb;
  --c0: #2563a8; --c1: #c2620a; --c2: #0f8a6d; --c3: #9333ba; --c4: #b4474a; --c5: #6b7280;
}
@media (prefers-color-scheme: dark) { :root {
  --ground: #0b1120; --card: #161e2e; --ink: #e5e7eb; --soft: #a3adbb; --line: #374151;
  --good: #4ade80; --warn: #fbbf24; --bad: #fca5a5; --plain: #d1d5db;
  --good-tint: #14351f; --warn-tint: #40300b; --bad-tint: #581c1c; --plain-tint: #2b3648;
  --c0: #60a5fa; --c1: #f59e4b; --c2: #34d399; --c3: #d08bf0; --c4: #f2898c; --c5: #9ca3af;
} }
body { box-sizing: border-box; font: 15px/22px system-ui, sans-serif; color: var(--ink); max-width: 1100px; margin: 0 auto; padding: 16px;
  container-type: inline-size; overflow-wrap: anywhere; -webkit-text-size-adjust: 100%; }
p, dl, dd, h1, h2, h3, figure { margin: 0; }
a { color: inherit; } code { font: 14px/22px ui-monospace, monospace; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0 16px; margin-bottom: 12px; }
h1 { font-size: 22px; line-height: 30px; } h2 { font-size: 17px; line-height: 24px; margin: 24px 0 8px; } h3 { font-size: 16px; line-height: 24px; }
.soft, small, dt, thead th { color: var(--soft); font-size: 13px; font-weight: 400; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.chip { display: inline-block; border-radius: 6px; padding: 0 8px; font-size: 14px; font-weight: 600; }
.chip.good { background: var(--good-tint); } .chip.warn { background: var(--warn-tint); } .chip.bad { background: var(--bad-tint); }
.chip.plain { color: var(--plain); background: var(--plain-tint); }
.old, .verdict { border-radius: 8px; padding: 12px 16px; color: #fff; }
.old { background: #b91c1c; font-weight: 600; margin-bottom: 12px; }
.verdict strong { font-size: 20px; line-height: 28px; } .verdict.good { background: #166534; } .verdict.warn { background: #92400e; } .verdict.bad { background: #b91c1c; }
/* What an old page says of now is not to be believed. */
.old ~ .verdict { background: #4b5563; } .old ~ .verdict strong::before { content: "Then: "; }
.glance { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin-top: 12px; } .glance dd { font-size: 18px; line-height: 26px; font-weight: 600; }
.alert { border-left-width: 6px; } .alert + .alert { margin-top: 10px; } .alert.bad { border-left-color: #dc2626; } .alert.warn { border-left-color: #d97706; }
.alert.bad, .alert.warn { color: inherit; } .alert h3 { margin: 4px 0; } .about span { margin-right: 16px; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-variant-numeric: tabular-nums; } table.card { padding: 4px 14px; }
th, td { text-align: left; padding: 7px 12px 7px 0; } tbody th { font-weight: 600; } tbody tr > * { border-top: 1px solid var(--line); }
.meter { display: inline-block; vertical-align: middle; width: 80px; height: 6px; border-radius: 3px; background: var(--plain-tint); margin-left: 8px; overflow: hidden; }
.meter i { display: block; height: 100%; background: var(--c0); } .meter .warn { background: var(--warn); }
.pairs { display: grid; grid-template-columns: 1fr 1fr; gap: 0 32px; } .pairs div { display: flex; justify-content: space-between; gap: 16px; padding: 5px 0; }
.pairs dt { font-size: 15px; } .pairs dd { text-align: right; font-weight: 600; white-space: nowrap; }
.plots { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px; }
figure { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; min-width: 0; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; font-weight: 600; gap: 0 8px; }
figure svg { width: 100%; height: auto; display: block; } figure path { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
figure .frame { color: var(--line); stroke-width: .75; } .times { display: flex; justify-content: space-between; font-size: 12px; line-height: 16px; color: var(--soft); }
.legend { font-size: 13px; line-height: 20px; font-variant-numeric: tabular-nums; } .legend span { margin-right: 14px; white-space: nowrap; }
.legend i { display: inline-block; width: 10px; height: 3px; border-radius: 2px; background: currentColor; margin-right: 5px; vertical-align: middle; }
.c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); } .c3 { color: var(--c3); } .c4 { color: var(--c4); } .c5 { color: var(--c5); }
/* A phone: a row of a table is a card, with each title above its value. By the page's own width, which is that of a picture of it, too. */
@container (max-width: 640px) {
  .glance { grid-template-columns: 1fr 1fr; gap: 8px; } .plots, .pairs { grid-template-columns: 1fr; }
  table, tbody { display: block; } thead { display: none; }
  tr { display: grid; grid-template-columns: repeat(12, 1fr); gap: 4px 8px; padding: 8px 0; } tr + tr { border-top: 1px solid var(--line); }
  tbody tr > * { border: 0; padding: 0; min-width: 0; } tbody th { grid-column: span 6; } td:nth-child(2) { grid-column: span 6; text-align: right; }
  td:nth-child(n + 3) { grid-column: span 3; } td:nth-child(3):nth-last-child(3), td:nth-child(3):nth-last-child(3) ~ td { grid-column: span 4; }
  td:nth-child(n + 3)::before { content: attr(data-label); display: block; font-size: 12px; line-height: 16px; color: var(--soft); }
  .meter { display: block; width: 100%; margin: 4px 0 0; }
}
"""
