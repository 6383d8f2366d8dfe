// The directory: versions signed by the root key, each following the one before.
import { ed25519 } from "@noble/curves/ed25519.js";
import { base64url, bytesOf, canonical, Failed, fromBase64url, instant, parseCanonical, sha256 } from "./bytes.mjs";
import { LOG, makeKey, parseNote, signersOf, WITNESS } from "./note.mjs";

const fail = (why) => {
  throw new Failed("directory-swapped", why);
};

function keysOf(version) {
  const keys = new Map();
  for (const [agency, members] of Object.entries(version.agencies)) {
    for (const signatory of members.signatories) {
      for (const key of signatory.keys) {
        const raw = fromBase64url(key.public_key, 32);
        const jwk = canonical({ crv: "Ed25519", kty: "OKP", x: key.public_key });
        const thumbprint = base64url(sha256(bytesOf(jwk))).slice(0, 16);
        if (key.kid !== `${version.province}/${agency}/${signatory.id}/${thumbprint}`) fail(`key ${key.kid} is not its own`);
        if (keys.has(key.kid)) fail(`key ${key.kid} is listed twice`);
        ed25519.Point.fromBytes(raw).assertValidity();
        keys.set(key.kid, {
          kid: key.kid, agency, signatory: signatory.id, capacity: signatory.capacity, raw,
          notBefore: instant(key.not_before), notAfter: instant(key.not_after),
          revokedAt: key.revoked_at === undefined ? Infinity : instant(key.revoked_at),
        });
      }
    }
  }
  return keys;
}

function checkFollows(old, next) {
  for (const name of ["province", "regulation", "clock"]) if (old[name] !== next[name]) fail(`${name} changes`);
  if (instant(next.issued_at) < instant(old.issued_at)) fail("the time of issue goes back");
  for (const [agency, members] of Object.entries(old.agencies)) {
    const later = next.agencies[agency] ?? fail(`agency ${agency} vanishes`);
    for (const signatory of members.signatories) {
      const found = later.signatories.find((each) => each.id === signatory.id) ?? fail(`${agency}/${signatory.id} vanishes`);
      if (found.capacity !== signatory.capacity) fail(`${agency}/${signatory.id} changes capacity`);
    }
    for (const term of members.roles) {
      const found = later.roles.find((each) => each.role === term.role && each.since === term.since);
      if (!found) fail(`role ${term.role} of ${agency} vanishes`);
      const changed = found.until !== term.until || found.successor !== term.successor;
      const judged = [term.until, found.until].some((end) => end !== undefined && instant(end) < instant(next.issued_at));
      if (changed && judged) fail(`role ${term.role} of ${agency} changes within time that is judged`);
    }
  }
  const [before, after] = [keysOf(old), keysOf(next)];
  for (const [kid, key] of before) {
    const found = after.get(kid) ?? fail(`key ${kid} vanishes`);
    if (found.notBefore !== key.notBefore || found.notAfter !== key.notAfter) fail(`key ${kid} changes its period`);
    if (found.revokedAt > key.revokedAt) fail(`the revocation of ${kid} is taken back`);
  }
  for (const [kid, key] of after) {
    if (!before.has(kid) && key.notBefore < instant(old.issued_at)) fail(`new key ${kid} is valid before it was listed`);
  }
}

/** Versions up to the first at fault, which is handed to `report`. */
export function readDirectories(members, root, report) {
  const names = [...members.keys()].filter((name) => /^directory\/\d{6}\.note$/.test(name)).sort();
  const versions = [];
  for (const name of names) {
    try {
      const note = parseNote(members.get(name));
      if (signersOf(note, [root], "directory-swapped").length === 0) fail("not signed by the root key");
      const version = parseCanonical(note.text.slice(0, -1));
      if (version.format !== "phoihop-directory/1" || root.name !== `phoihop.${version.province}.root`) fail("no directory of this root");
      const last = versions[versions.length - 1];
      const digest = last ? sha256(bytesOf(last.text)) : new Uint8Array(32);
      if (version.version !== versions.length + 1 || Number(name.slice(10, 16)) !== version.version) fail("a version is missing");
      if (version.previous !== base64url(digest)) fail("it does not follow the version before");
      version.text = note.text;
      version.keys = keysOf(version);
      if (last) checkFollows(last, version);
      versions.push(version);
    } catch (error) {
      report(new Failed("directory-swapped", error.message), name);
      return versions;
    }
  }
  if (versions.length === 0) report(new Failed("directory-swapped", "no directory"), "directory/");
  return versions;
}

export const serviceKeys = (version, agency) =>
  [...version.keys.values()].filter((key) => key.agency === agency && key.capacity === "service");
const usableAt = (key, at) => key.notBefore <= at && at < key.notAfter && at < key.revokedAt;
/** As above, for a time in whole seconds: the second in which the period begins counts. */
export const usableInSecond = (key, seconds) =>
  usableAt({ ...key, notBefore: Math.floor(key.notBefore / 1000) * 1000 }, seconds * 1000);
export const logKeys = (version) =>
  serviceKeys(version, "auditor").map((key) => ({ ...makeKey(`phoihop.${version.province}.log`, LOG, key.raw), record: key }));
export const witnessKeys = (version) =>
  Object.keys(version.agencies).filter((agency) => agency !== "auditor").flatMap((agency) =>
    serviceKeys(version, agency).map((key) => ({ ...makeKey(`phoihop.${version.province}.${agency}`, WITNESS, key.raw), record: key })));

/** The policy without a file: the police and any three others, by the keys usable when the version was issued. */
export function defaultPolicy(version) {
  const at = instant(version.issued_at);
  const [witnesses, agencies, groups] = [new Map(), [], []];
  if (!serviceKeys(version, "auditor").some((key) => usableAt(key, at))) return { witnesses, groups, quorum: "none" };
  for (const agency of Object.keys(version.agencies).filter((each) => each !== "auditor").sort()) {
    const usable = serviceKeys(version, agency).filter((key) => usableAt(key, at));
    // An agency that renewed its key may cosign with either as long as both are usable.
    const members = usable.map((key, number) => {
      witnesses.set(`${agency}_${number}`, makeKey(`phoihop.${version.province}.${agency}`, WITNESS, key.raw));
      return `${agency}_${number}`;
    });
    if (members.length) {
      agencies.push(agency);
      groups.push({ name: agency, threshold: 1, members });
    }
  }
  const holds = (term) => term.role === "police" && instant(term.since) <= at && (term.until === undefined || at < instant(term.until));
  const police = agencies.filter((agency) => version.agencies[agency].roles.some(holds));
  const others = agencies.filter((agency) => !police.includes(agency));
  const parts = [];
  if (police.length) parts.push({ name: "_police", threshold: police.length, members: police });
  if (others.length) parts.push({ name: "_others", threshold: Math.min(3, others.length), members: others });
  groups.push(...parts, { name: "_all", threshold: parts.length, members: parts.map((part) => part.name) });
  return { witnesses, groups, quorum: parts.length ? "_all" : "none" };
}
