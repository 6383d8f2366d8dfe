#!/usr/bin/env node
// Verifies an evidence package: node verify.mjs PACKAGE ROOT-KEY [POLICY]. Written from docs/evidence-package.md alone.
// Prints a JSON document; exit code 0 if the package is verified, 1 if not. The pages for reading are not judged here.
import { readFileSync } from "node:fs";
import { Failed, base64url, canonical, fromBase64url, instant, parseCanonical, same, sha256, textOf } from "./lib/bytes.mjs";
import { readContainer } from "./lib/container.mjs";
import { defaultPolicy, logKeys, readDirectories, usableInSecond, witnessKeys } from "./lib/directory.mjs";
import { checkEvent, entriesOf } from "./lib/event.mjs";
import { leafHash, readLog, verifyConsistency, verifyInclusion } from "./lib/merkle.mjs";
import { LOG, metAt, parseCheckpoint, parseKey, parseNote, parsePolicy, signersOf } from "./lib/note.mjs";

const findings = [];
const report = (where) => (error, event = "") => findings.push({ check: error.check ?? "form", event, where, why: error.message });
const fail = (check, where, why, event = "") => report(where)(new Failed(check, why), event);
const attempt = (where, work) => {
  try {
    return work();
  } catch (error) {
    report(where)(error);
    return null;
  }
};

function verify(file, rootText, policyText) {
  const root = parseKey(rootText.trim(), LOG);
  const opened = attempt("", () => {
    const members = readContainer(file);
    if (!members.has("manifest.json")) throw new Failed("form", "no manifest");
    const text = textOf(members.get("manifest.json"));
    const manifest = parseCanonical(text.slice(0, -1));
    if (!text.endsWith("\n") || manifest.format !== "phoihop-evidence/1") throw new Failed("form", "no manifest of this format");
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
  const held = readEvents(members, directory, newest, manifest.selection, whole);
  const found = examine(held, versions, trees, manifest.selection, root);
  compare(manifest, directory, newest, found);
  return { directory, newest, found, manifest };
}

function checkMembers(members, manifest, whole) {
  const listed = new Map(manifest.members.map((each) => [each.name, each]));
  const known = /^(checkpoints\/[1-9]\d{0,18}(\.note|\.[1-9]\d?\.tsr)|directory\/\d{6}\.note|events\/\d{6}\.jsonl|policy|proofs\/consistency\.jsonl|report\.(en\.)?html|report\.pdf)$/;
  for (const name of listed.keys()) if (!members.has(name)) fail("trimmed", name, "a member is missing");
  for (const [name, data] of members) {
    if (name === "manifest.json") continue;
    const entry = listed.get(name);
    if (!entry || !(known.test(name) || whole?.names.has(name))) fail("form", name, "does not belong to the package");
    else if (entry.bytes !== data.length || entry.sha256 !== base64url(sha256(data))) {
      fail(name.startsWith("log/") ? "log-tampered" : "form", name, "not the member that the manifest lists");
    }
  }
}

function choosePolicy(members, directory, given) {
  if (given !== undefined) return parsePolicy(given);
  const own = members.has("policy") && attempt("policy", () => parsePolicy(textOf(members.get("policy"))));
  if (own) {
    const known = witnessKeys(directory);
    const strange = [...own.witnesses.values()].some((key) => !known.some((each) => each.name === key.name && each.id === key.id));
    if (strange) fail("cosignatures-missing", "policy", "a witness is no agency of the directory");
    else if (own.quorum !== "none") return own;
  }
  return defaultPolicy(directory);
}

function readTrees(members, directory, policy) {
  const sizes = [...members.keys()].map((name) => /^checkpoints\/([1-9]\d{0,18})\.note$/.exec(name)).filter(Boolean)
    .map((match) => Number(match[1])).sort((a, b) => a - b);
  const trees = [];
  for (const size of sizes) {
    const name = `checkpoints/${size}.note`;
    try {
      const note = parseNote(members.get(name));
      const [signer] = signersOf(note, logKeys(directory), "checkpoint-unsigned");
      const checkpoint = parseCheckpoint(note.text);
      if (!signer || checkpoint.origin !== `phoihop.${directory.province}.log` || checkpoint.size !== size) {
        throw new Failed("checkpoint-unsigned", "not signed by the log");
      }
      const cosignatures = countingCosignatures(note, directory, name);
      const seconds = metAt(policy, cosignatures);
      const usable = seconds === null ? signer.key.record.revokedAt === Infinity : usableInSecond(signer.key.record, seconds);
      if (!usable) throw new Failed("checkpoint-unsigned", "the log's key was not usable");
      trees.push({ ...checkpoint, witnessedAt: seconds });
    } catch (error) {
      report(name)(new Failed("checkpoint-unsigned", error.message));
    }
  }
  checkGrowth(members, trees);
  const newest = trees[trees.length - 1];
  if (!newest) fail("checkpoint-unsigned", "checkpoints/", "no checkpoint that the log signed");
  else if (newest.witnessedAt === null) fail("cosignatures-missing", `checkpoints/${newest.size}.note`, "not as the policy asks");
  return trees;
}

function countingCosignatures(note, directory, name) {
  let found;
  try {
    found = signersOf(note, witnessKeys(directory), "cosignatures-missing");
  } catch (error) {
    report(name)(error);
    return [];
  }
  return found.filter(({ key, time }) => {
    const usable = usableInSecond(key.record, time);
    if (!usable) fail("cosignatures-missing", name, `${key.name} cosigned outside its key's period`);
    return usable;
  });
}

function checkGrowth(members, trees) {
  const name = "proofs/consistency.jsonl";
  const proofs = new Map();
  for (const line of members.has(name) ? textOf(members.get(name)).split("\n").slice(0, -1) : []) {
    const each = attempt(name, () => parseCanonical(line));
    if (each) proofs.set(`${each.from} ${each.to}`, each.hashes.map((text) => fromBase64url(text, 32)));
  }
  for (let at = 1; at < trees.length; at += 1) {
    const [old, next] = [trees[at - 1], trees[at]];
    const proof = proofs.get(`${old.size} ${next.size}`);
    proofs.delete(`${old.size} ${next.size}`);
    if (!proof) fail("log-forked", name, `no proof from ${old.size} to ${next.size} entries`);
    else attempt(name, () => verifyConsistency(old.size, old.root, next.size, next.root, proof));
  }
  if (proofs.size) fail("trimmed", name, "proofs of checkpoints that are not here");
}

function readEvents(members, directory, newest, selection, whole) {
  const names = [...members.keys()].filter((name) => /^events\/\d{6}\.jsonl$/.test(name)).sort();
  if (names.some((name, at) => Number(name.slice(7, 13)) !== at + 1)) fail("trimmed", "events/", "a member is missing");
  const all = { held: [], lines: 0, entries: 0 };
  let next = whole ? 0 : null;
  let [first, last] = [null, null];
  for (const name of names) {
    textOf(members.get(name)).replace(/\n$/, "").split("\n").forEach((text, at) => {
      const where = `${name}:${at + 1}`;
      const line = attempt(where, () => parseCanonical(text));
      if (!line) return;
      all.lines += 1;
      const held = checkEvent(line, directory, report(where));
      if (!held) return;
      held.where = where;
      const count = held.envelope.recipients.length;
      all.entries += count;
      [first, last] = [first ?? held, held];
      const index = line.first_index;
      if (next !== null && (index < next || (index > next && selection.kind !== "case"))) {
        fail(index > next ? "trimmed" : "order", where, `entry ${next} is wanted, entry ${index} is here`, held.envelope.id);
      }
      next = index + count;
      if (whole) checkInBundles(held, whole.entries, where);
      else if (newest) checkProofs(held, newest, where);
      if (held.sound) all.held.push(held);
    });
  }
  if (whole && next !== newest.size) fail("trimmed", "events/", `the events end at entry ${next} of ${newest.size}`);
  if (selection.kind === "period" && first && newest) checkEdges(first, last, newest, selection, directory);
  return all;
}

function checkInBundles(held, entries, where) {
  const wrong = entriesOf(held).some((entry, at) => {
    const there = entries[held.line.first_index + at];
    return !there || !same(there, entry);
  });
  if (wrong) fail("entry-mismatch", where, "the log's entry is not this event's", held.envelope.id);
}

function checkProofs(held, newest, where) {
  const entries = entriesOf(held);
  const proofs = held.line.proofs ?? [];
  if (proofs.length !== entries.length) {
    fail("not-in-log", where, "not a proof for each entry", held.envelope.id);
    return;
  }
  try {
    entries.forEach((entry, at) => {
      const proof = proofs[at].map((text) => fromBase64url(text, 32));
      verifyInclusion(leafHash(entry), held.line.first_index + at, newest.size, proof, newest.root);
    });
  } catch (error) {
    report(where)(error, held.envelope.id);
  }
}

function checkEdges(first, last, newest, selection, directory) {
  const moment = (held) => (directory.clock === "simulated" || held.stored === null ? held.envelope.at : held.stored);
  if (first.line.first_index > 0 && !(moment(first) < instant(selection.since))) fail("trimmed", "events/", "the period may begin before");
  const end = last.line.first_index + last.envelope.recipients.length;
  if (end !== newest.size && !(moment(last) >= instant(selection.until))) fail("trimmed", "events/", "the period may end behind");
}

function examine(all, versions, trees, selection, root) {
  const documents = all.held.filter((held) => !held.envelope.protocol);
  const chains = checkChains(documents);
  const byDigest = new Map(documents.map((held) => [base64url(held.digest), held]));
  const said = (type) => all.held.filter((held) => held.envelope.eventType === type && held.content)
    .map((held) => ({ held, content: parseCanonical(textOf(held.content)) }));
  const version = checkReceipts(said("EventReceived"), said("EventRefused"), chains, byDigest, selection);
  if (selection.kind === "all") checkGaps(chains, said("GapDeclared"));
  const absent = checkCauses(all.held);
  const published = checkPublished(said("DirectoryPublished"), versions, root);
  checkAlarms(said("LogAlarmRaised"), versions[versions.length - 1], trees);
  if (Math.max(version, published) > versions.length) fail("directory-rolled-back", "directory/", "newer versions were used");
  return {
    events: all.lines, entries: all.entries, documents: documents.length,
    contents: documents.filter((held) => held.content).length, pairs: pairsOf(chains), cited_absent: absent,
  };
}

function checkChains(documents) {
  const chains = new Map();
  for (const held of documents) {
    for (const { agency, count, previous } of held.envelope.recipients) {
      const pair = `${held.envelope.sender} ${agency}`;
      if (!chains.has(pair)) chains.set(pair, new Map());
      const chain = chains.get(pair);
      const known = chain.get(count);
      if (known && !same(known.held.digest, held.digest)) {
        fail("count-twice", held.where, `count ${count} to ${agency} was signed twice`, held.envelope.id);
      } else if (!known) chain.set(count, { held, previous });
    }
  }
  for (const [pair, chain] of chains) {
    for (const [count, { held, previous }] of chain) {
      const before = count === 1 ? { held: { digest: new Uint8Array(32), envelope: { at: -Infinity } } } : chain.get(count - 1);
      if (!before) continue;
      if (!same(before.held.digest, previous)) fail("chain", held.where, `${pair}: count ${count} does not follow`, held.envelope.id);
      if (held.envelope.at < before.held.envelope.at) fail("back-dated", held.where, `${pair}: count ${count}`, held.envelope.id);
    }
  }
  return chains;
}

function checkReceipts(receipts, refusals, chains, byDigest, selection) {
  let version = 0;
  for (const { held, content } of receipts) {
    const [sender, recipient] = [held.envelope.recipients[0].agency, held.envelope.sender];
    const chain = chains.get(`${sender} ${recipient}`) ?? new Map();
    const mismatch = (count) => fail("receipt-mismatch", held.where, `count ${count} from ${sender}`, held.envelope.id);
    for (const entry of content.entries ?? []) {
      version = Math.max(version, entry.directory_version);
      const known = chain.get(entry.count);
      const document = byDigest.get(entry.digest);
      if (known && base64url(known.held.digest) !== entry.digest) mismatch(entry.count);
      else if (!known && document) {
        const own = document.envelope.recipients.find((each) => each.agency === recipient);
        if (!own || document.envelope.sender !== sender) fail("receipt-forged", held.where, `${recipient} was not addressed`, document.envelope.id);
        else mismatch(entry.count);
      } else if (!known && selection.kind === "all") fail("not-in-log", held.where, "receipted, and not in the log", entry.event);
    }
    const upto = chain.get(content.upto_count);
    if (upto && base64url(upto.held.digest) !== content.upto_digest) mismatch(content.upto_count);
  }
  for (const { held, content } of refusals) {
    const document = byDigest.get(content.digest);
    if (document && !document.envelope.recipients.some((each) => each.agency === held.envelope.sender)) {
      fail("receipt-forged", held.where, "refused by somebody who was not addressed", held.envelope.id);
    }
  }
  return version;
}

const ranges = (counts) => [...counts].sort((a, b) => a - b).reduce((found, count) => {
  const last = found[found.length - 1];
  if (last && last[1] + 1 === count) last[1] = count;
  else found.push([count, count]);
  return found;
}, []);

function pairsOf(chains) {
  const pairs = [...chains].map(([pair, chain]) => [pair.split(" "), ranges(chain.keys())]);
  pairs.sort(([a], [b]) => (a[0] === b[0] ? (a[1] < b[1] ? -1 : 1) : a[0] < b[0] ? -1 : 1));
  return pairs.map(([[sender, recipient], counts]) => ({ sender, recipient, counts }));
}

function checkGaps(chains, declared) {
  for (const [pair, chain] of chains) {
    let last = 0;
    for (const [start, end] of ranges(chain.keys())) {
      const lost = [last + 1, start - 1];
      const covered = declared.some(({ held, content }) =>
        held.envelope.recipients.some((each) => `${held.envelope.sender} ${each.agency}` === pair) &&
        content.from_count <= lost[0] && lost[1] <= content.to_count);
      if (start > last + 1 && !covered) fail("gap", pair, `counts ${lost[0]} to ${lost[1]} are missing`);
      last = end;
    }
  }
}

function checkCauses(held) {
  const [signed, absent] = [new Map(), new Set()];
  for (const each of held) {
    const { id, at, protocol } = each.envelope;
    if (!signed.has(id)) signed.set(id, at);
    absent.delete(id);
    for (const cited of protocol ? [] : [each.envelope.causationid, each.envelope.basis].filter(Boolean)) {
      if (!signed.has(cited)) absent.add(cited);
      else if (at < signed.get(cited)) fail("time", each.where, `dated before ${cited}, which it cites`, id);
    }
  }
  return [...absent].sort();
}

function checkPublished(published, versions, root) {
  let newest = 0;
  for (const { held, content } of published) {
    let text;
    try {
      const note = parseNote(Buffer.from(content.note));
      if (signersOf(note, [root], "form").length === 0) continue;
      text = note.text;
    } catch {
      continue; // what the root key did not sign is no directory, whoever sends it
    }
    newest = Math.max(newest, content.version);
    const own = versions[content.version - 1];
    if (own && own.text !== text) fail("directory-swapped", held.where, `version ${content.version} was published otherwise`, held.envelope.id);
  }
  return newest;
}

function checkAlarms(alarms, directory, trees) {
  const roots = new Map(trees.map((tree) => [tree.size, tree.root]));
  for (const { held, content } of alarms) {
    for (const text of content.checkpoints ?? []) {
      let shown;
      try {
        const note = parseNote(Buffer.from(text));
        if (signersOf(note, logKeys(directory), "form").length === 0) continue;
        shown = parseCheckpoint(note.text);
      } catch {
        continue; // an alarm may show a note that the log did not sign
      }
      const known = roots.get(shown.size);
      if (known && !same(known, shown.root)) fail("log-forked", held.where, `another root of ${shown.size} entries`, held.envelope.id);
      else if (shown.size > held.line.first_index) fail("log-rolled-back", held.where, `signed for ${shown.size} entries`, held.envelope.id);
      roots.set(shown.size, known ?? shown.root);
    }
  }
}

function compare(manifest, directory, newest, found) {
  const where = "manifest.json";
  if (manifest.province !== directory.province) fail("directory-swapped", where, "of another province");
  if (newest && (manifest.log.size !== newest.size || manifest.log.root !== base64url(newest.root))) {
    fail(newest.size < manifest.log.size ? "log-rolled-back" : "trimmed", where, `speaks of ${manifest.log.size} entries`);
  }
  if (canonical(manifest.holds) !== canonical(found)) fail("trimmed", where, "the package does not hold what it says");
}

const [packageFile, rootText, policyFile] = process.argv.slice(2);
if (!packageFile || !rootText) {
  process.stderr.write("usage: node verify.mjs PACKAGE ROOT-KEY [POLICY]\n");
  process.exit(2);
}
const seen = verify(new Uint8Array(readFileSync(packageFile)), rootText, policyFile && readFileSync(policyFile, "utf8"));
const document = {
  verified: findings.length === 0,
  findings,
  clock: seen?.directory.clock,
  times_proven: findings.length === 0 && seen?.directory.clock === "real",
  log: seen?.newest && { size: seen.newest.size, root: base64url(seen.newest.root), witnessed_at: seen.newest.witnessedAt },
  holds: seen?.found,
};
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
process.exitCode = document.verified ? 0 : 1;
