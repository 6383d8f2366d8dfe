#!/usr/bin/env node
// Verifies an evidence package: node verify.mjs PACKAGE ROOT-KEY [POLICY]. Written from docs/evidence-package.md alone.
// Prints a JSON document; exit code 0 if the package is verified, 1 if not. The pages for reading are not judged here.
import { readFileSync } from "node:fs";
import { verify } from "./lib/package.mjs";

const [packageFile, rootText, policyFile] = process.argv.slice(2);
if (!packageFile || !rootText) {
  process.stderr.write("usage: node verify.mjs PACKAGE ROOT-KEY [POLICY]\n");
  process.exit(2);
}
const document = verify(new Uint8Array(readFileSync(packageFile)), rootText, policyFile && readFileSync(policyFile));
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
process.exitCode = document.verified ? 0 : 1;
