const SEGMENT = /^[0-9A-F]{24}$/;
const SEGMENTS_PER_HIGH_PART = 256;

/** Which of all segments of 16 MiB a file is, on whatever timeline. */
const numberOf = (name: string): number =>
  Number.parseInt(name.slice(8, 16), 16) * SEGMENTS_PER_HIGH_PART + Number.parseInt(name.slice(16), 16);

/**
 * Numbers that no WAL file has although there is one before and one after it: pure. A new timeline goes on where it left
 * the one before, with the same number or the next one.
 */
export function holesIn(names: readonly string[]): readonly number[] {
  const numbers = [...new Set(names.filter((name) => SEGMENT.test(name)).map(numberOf))].sort(
    (one, other) => one - other,
  );
  return numbers.slice(1).flatMap((number, index) => {
    const before = numbers[index] ?? number;
    return Array.from({ length: number - before - 1 }, (_, missing) => before + 1 + missing);
  });
}
