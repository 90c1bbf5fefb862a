import { StringDecoder } from "node:string_decoder";

export type Sink = (chunk: Buffer) => void;

/** Cuts a stream of bytes into lines and hands each one on as soon as it is whole. */
export class LineReader {
  readonly #show: (line: string) => Promise<void>;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #last: Promise<void> = Promise.resolve();

  constructor(show: (line: string) => Promise<void>) {
    this.#show = show;
  }

  write(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      this.#last = this.#show(line.replace(/\r$/, ""));
    }
  }

  /** The rest without a line's end, and then all that was handed on is through. */
  async end(): Promise<void> {
    this.#rest += this.#decoder.end();
    if (this.#rest !== "") {
      this.#last = this.#show(this.#rest);
      this.#rest = "";
    }
    await this.#last;
  }
}
