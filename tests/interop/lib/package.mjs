// A package from its first byte to its verdict.
import { Failed, base64url, parseCanonical, textOf } from "./bytes.mjs";
import { readContainer } from "./container.mjs";
import { readDirectories } from "./directory.mjs";
import { readEvents } from "./events.mjs";
import { examine } from "./exchange.mjs";
import { attempt, begin, findings, report } from "./findings.mjs";
import { checkManifest, checkMembers, compare } from "./manifest.mjs";
import { readLog } from "./merkle.mjs";
import { LOG, parseKey } from "./note.mjs";
import { choosePolicy, readTrees } from "./trees.mjs";

function examined(file, rootText, policyText) {
  const root = parseKey(rootText.trim(), LOG);
  const opened = attempt("", () => {
    const members = readContainer(file);
    if (!members.has("manifest.json")) throw new Failed("form", "no manifest");
    const text = textOf(members.get("manifest.json"));
    const manifest = parseCanonical(text.slice(0, -1));
    if (!text.endsWith("\n")) throw new Failed("form", "no manifest of this format");
    checkManifest(manifest);
    return { members, manifest };
  });
  if (!opened) return null;
  const { members, manifest } = opened;
  const versions = readDirectories(members, root, (error, where) => report(where)(error));
  const directory = versions[versions.length - 1];
  if (!directory) return null;
  const trees = readTrees(members, directory, choosePolicy(members, directory, policyText));
  const newest = trees[trees.length - 1];
  const whole = manifest.selection.kind === "all" && newest ? readLog(members, newest.size, newest.root) : null;
  checkMembers(members, manifest, whole);
  if (whole) whole.faults.forEach((fault) => report("log/")(fault));
  const held = readEvents(members, directory, trees, manifest.selection, whole);
  const found = examine(held, versions, trees, manifest.selection, root);
  compare(manifest, directory, newest, found);
  return { directory, newest, found, manifest };
}

/** The verdict over a package's bytes. Time-stamps and the pages for reading are not judged. */
export function verify(file, rootText, policyText) {
  begin();
  const seen = attempt("", () => examined(file, rootText, policyText));
  return {
    verified: findings.length === 0,
    findings: [...findings],
    not_judged: ["pages", "timestamps"],
    clock: seen?.directory.clock,
    times_proven: findings.length === 0 && seen?.directory.clock === "real",
    log: seen?.newest && { size: seen.newest.size, root: base64url(seen.newest.root), witnessed_at: seen.newest.witnessedAt },
    holds: seen?.found,
  };
}
