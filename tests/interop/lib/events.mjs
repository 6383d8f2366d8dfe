// The events of a package: each by itself, in the log, and what was asked for.
import { Failed, fromBase64url, instant, parseCanonical, same, textOf } from "./bytes.mjs";
import { checkEvent, entriesOf } from "./event.mjs";
import { attempt, fail, report } from "./findings.mjs";
import { leafHash, verifyInclusion } from "./merkle.mjs";

export function readEvents(members, directory, trees, selection, whole) {
  const newest = trees[trees.length - 1];
  const witnessedAt = (index) => {
    const times = trees.filter((tree) => tree.size > index && tree.witnessedAt !== null).map((tree) => tree.witnessedAt);
    return times.length ? Math.min(...times) * 1000 : null;
  };
  const names = [...members.keys()].filter((name) => /^events\/\d{6}\.jsonl$/.test(name)).sort();
  if (names.some((name, at) => Number(name.slice(7, 13)) !== at + 1)) fail("trimmed", "events/", "a member is missing");
  const all = { held: [], seen: [], lines: 0, entries: 0 };
  let next = whole ? 0 : null;
  let [first, last] = [null, null];
  for (const name of names) {
    const everything = attempt(name, () => textOf(members.get(name)));
    if (everything === null) return;
    if (!everything.endsWith("\n")) fail("form", name, "its last line does not end in a newline");
    else everything.slice(0, -1).split("\n").forEach((text, at) => {
      const where = `${name}:${at + 1}`;
      const line = attempt(where, () => readLine(text));
      if (!line) return;
      all.lines += 1;
      const held = checkEvent(line, directory, report(where), witnessedAt);
      if (!held) return;
      held.where = where;
      all.seen.push(held);
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
  if (selection.kind === "period" && newest) checkEdges(first, last, newest, selection, directory);
  if (selection.kind === "case") checkCase(all.seen, selection.case);
  return all;
}

function readLine(text) {
  const line = parseCanonical(text);
  const types = { envelope: "string", signature: "string", data: "string", stored_at: "string", first_index: "number", stream_sequence: "number" };
  const ok = line !== null && typeof line === "object" && !Array.isArray(line) &&
    ["envelope", "signature", "first_index"].every((name) => Object.hasOwn(line, name)) && line.first_index >= 0 &&
    Object.entries(line).every(([name, value]) => (name === "proofs" ? Array.isArray(value) : Object.hasOwn(types, name) && typeof value === types[name]));
  if (!ok || line.stream_sequence < 1) throw new Failed("form", "a line has other members than an event's");
  if (line.stored_at !== undefined) instant(line.stored_at);
  (line.proofs ?? []).forEach((proof) => {
    if (!Array.isArray(proof)) throw new Failed("form", "a proof is a list of hashes");
    proof.forEach((hash) => fromBase64url(hash, 32));
  });
  return line;
}

/** A case's package holds the case's documents and what these cite, and at least one of the case. */
function checkCase(events, id) {
  const documents = events.filter(({ envelope }) => !envelope.protocol);
  const own = documents.filter(({ envelope }) => envelope.case === id);
  if (own.length === 0) fail("trimmed", "events/", "no document of the case");
  const cited = new Set(own.flatMap(({ envelope }) => [envelope.causationid, envelope.basis]));
  for (const { envelope, where } of documents) {
    if (envelope.case !== id && !cited.has(envelope.id)) fail("form", where, "neither of the case nor cited in it", envelope.id);
  }
}

function checkInBundles(held, entries, where) {
  if (held.line.proofs !== undefined) fail("form", where, "a package of everything has no proofs of single events", held.envelope.id);
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
  if (!first) {
    fail("trimmed", "events/", "no event: nothing shows that there was none in the period");
    return;
  }
  // A time that the broker did not give is its sender's alone, and bounds nothing.
  const moment = (held) => (directory.clock === "simulated" ? held.envelope.at : (held.stored ?? NaN));
  if (first.line.first_index > 0 && !(moment(first) < instant(selection.since))) fail("trimmed", "events/", "the period may begin before");
  const end = last.line.first_index + last.envelope.recipients.length;
  if (end !== newest.size && !(moment(last) >= instant(selection.until))) fail("trimmed", "events/", "the period may end behind");
}
