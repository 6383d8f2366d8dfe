// Verifies many packages in one process: a line of JSON [PACKAGE, ROOT-KEY] in, a verdict out, until the input ends.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { verify } from "./lib/package.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const [packageFile, rootText] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(verify(new Uint8Array(readFileSync(packageFile)), rootText))}\n`);
}
