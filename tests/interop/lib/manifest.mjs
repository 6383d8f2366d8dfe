// The manifest, and the package held against it.
import { base64url, canonical, Failed, fromBase64url, instant, sha256 } from "./bytes.mjs";
import { fail } from "./findings.mjs";

const hasOnly = (value, ...names) =>
  value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).sort().join() === names.sort().join();

export function checkManifest(manifest) {
  const must = (held, what) => {
    if (!held) throw new Failed("form", `the manifest: ${what}`);
  };
  must(hasOnly(manifest, "format", "province", "selection", "log", "holds", "members", "html_by", "pdf_by"), "members");
  must(manifest.format === "phoihop-evidence/1", "its format");
  must(hasOnly(manifest.log, "origin", "size", "root"), "log");
  fromBase64url(manifest.log.root);
  must(typeof manifest.log.origin === "string" && Number.isSafeInteger(manifest.log.size), "log");
  must(typeof manifest.html_by === "string" && typeof manifest.pdf_by === "string", "the edition of the pages");
  must(Array.isArray(manifest.members), "members");
  for (const each of manifest.members) {
    must(hasOnly(each, "name", "bytes", "sha256") && typeof each.name === "string" && Number.isSafeInteger(each.bytes), "members");
  }
  must(new Set(manifest.members.map((each) => each.name)).size === manifest.members.length, "a member stands twice");
  const { kind, ...asked } = manifest.selection ?? {};
  if (kind === "case") must(hasOnly(asked, "case") && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(asked.case), "selection");
  else if (kind === "period") must(hasOnly(asked, "since", "until") && instant(asked.since) < instant(asked.until), "selection");
  else must(kind === "all" && hasOnly(asked), "selection");
}

export function checkMembers(members, manifest, whole) {
  const listed = new Map(manifest.members.map((each) => [each.name, each]));
  const known = /^(checkpoints\/[1-9]\d{0,18}(\.note|\.[1-9]\d?\.tsr)|directory\/\d{6}\.note|events\/\d{6}\.jsonl|policy|proofs\/consistency\.jsonl|report\.(en\.)?html|report\.pdf)$/;
  for (const name of listed.keys()) if (!members.has(name)) fail("trimmed", name, "a member is missing");
  const [here, said] = [[...members.keys()].slice(0, -1), [...listed.keys()]];
  if (here.length === said.length && here.some((name, at) => name !== said[at]) && here.every((name) => listed.has(name))) {
    fail("form", "manifest.json", "members are listed in another order");
  }
  for (const [name, data] of members) {
    if (name === "manifest.json") continue;
    const entry = listed.get(name);
    if (!entry || !(known.test(name) || whole?.names.has(name))) fail("form", name, "does not belong to the package");
    else if (entry.bytes !== data.length || entry.sha256 !== base64url(sha256(data))) {
      fail(name.startsWith("log/") ? "log-tampered" : "form", name, "not the member that the manifest lists");
    }
  }
}

export function compare(manifest, directory, newest, found) {
  const where = "manifest.json";
  if (manifest.province !== directory.province) fail("directory-swapped", where, "of another province");
  const { origin, size, root } = manifest.log;
  if (newest && (size !== newest.size || root !== base64url(newest.root) || origin !== newest.origin)) {
    fail(newest.size < manifest.log.size ? "log-rolled-back" : "trimmed", where, `speaks of ${manifest.log.size} entries`);
  }
  if (canonical(manifest.holds) !== canonical(found)) fail("trimmed", where, "the package does not hold what it says");
}
