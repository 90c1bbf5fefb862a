/** The settings of a systemd unit in their order, each as "Section Key=Value". */
export function unitSettings(text: string): readonly string[] {
  let section = "";
  return text.split("\n").flatMap((line) => {
    const [, opened] = /^\[(\w+)\]$/.exec(line) ?? [];
    section = opened ?? section;
    return opened !== undefined || line === "" || line.startsWith("#") ? [] : [`${section} ${line}`];
  });
}
