/** The signing command: an order as JSON on standard input, its answer as JSON on standard output. */
import { text } from "node:stream/consumers";
import { carryOut, signingOrderSchema } from "./signing.ts";

const order = signingOrderSchema.parse(JSON.parse(await text(process.stdin)));
process.stdout.write(JSON.stringify(await carryOut(order)));
