// What the events say of one another: chains, receipts, gaps, citations, published directories, alarms.
import { base64url, parseCanonical, instant, same } from "./bytes.mjs";
import { logKeys } from "./directory.mjs";
import { attempt, fail } from "./findings.mjs";
import { parseCheckpoint, parseNote, signersOf } from "./note.mjs";
import { readStatement } from "./statements.mjs";

export function examine(all, versions, trees, selection, root) {
  const documents = all.held.filter((held) => !held.envelope.protocol);
  const chains = checkChains(documents);
  const byDigest = new Map(documents.map((held) => [base64url(held.digest), held]));
  const said = (type) => all.held.filter((held) => held.envelope.eventType === type && held.content)
    .map((held) => ({ held, content: attempt(held.where, () => readStatement(held)) })).filter(({ content }) => content);
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
      if (known) fail("count-twice", held.where, `count ${count} to ${agency} was signed or logged twice`, held.envelope.id);
      else chain.set(count, { held, previous });
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
    const match = (link, entry) => {
      const { envelope } = link.held;
      const words = entry.outcome === "refused" ? "refused" : String(entry.incoming_number);
      link.said ??= words;
      const right = envelope.id === entry.event && instant(entry.admitted_at) >= envelope.at - 300_000;
      if (!right || link.said !== words) mismatch(entry.count);
    };
    for (const entry of content.entries ?? []) {
      version = Math.max(version, entry.directory_version);
      const known = chain.get(entry.count);
      const document = byDigest.get(entry.digest);
      if (known && base64url(known.held.digest) !== entry.digest) mismatch(entry.count);
      else if (known) match(known, entry);
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
    let version;
    try {
      const note = parseNote(Buffer.from(content.note));
      if (signersOf(note, [root], "form").length === 0) continue;
      text = note.text;
      // The number is the note's own: one beside it would let anybody make every package look rolled back.
      version = parseCanonical(text.slice(0, -1)).version;
      if (!Number.isSafeInteger(version)) continue;
    } catch {
      continue; // what the root key did not sign is no directory, whoever sends it
    }
    newest = Math.max(newest, version);
    const own = versions[version - 1];
    if (own && own.text !== text) fail("directory-swapped", held.where, `version ${version} was published otherwise`, held.envelope.id);
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
