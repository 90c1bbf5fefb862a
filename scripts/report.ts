/** Where a long action says what it is doing: standard error, so that standard output stays the result. */
export type Report = (line: string) => void;

export const report: Report = (line) => {
  process.stderr.write(`· ${line}\n`);
};

/** An error whose message is all that the user needs: what is wrong, and what to do. Shown without a stack trace. */
export class UserError extends Error {
  constructor(cause: string, next: string, options?: ErrorOptions) {
    super(`${cause}\nnext: ${next}`, options);
  }
}

/** What was thrown, in words. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
