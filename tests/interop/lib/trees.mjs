// Checkpoints: signed by the log, cosigned, each grown out of the one before.
import { Failed, fromBase64url, parseCanonical, same, textOf } from "./bytes.mjs";
import { defaultPolicy, logKeys, usableInSecond, witnessKeys } from "./directory.mjs";
import { attempt, fail, report } from "./findings.mjs";
import { verifyConsistency } from "./merkle.mjs";
import { parseCheckpoint, parseNote, signersOf } from "./note.mjs";
import { metAt, parsePolicy } from "./policy.mjs";

export function choosePolicy(members, directory, given) {
  if (given !== undefined) return parsePolicy(given);
  const own = members.has("policy") && attempt("policy", () => parsePolicy(members.get("policy")));
  if (own) {
    const known = witnessKeys(directory);
    const strange = [...own.witnesses.values()].some((key) => !known.some((each) => each.name === key.name && same(each.key, key.key)));
    if (strange) fail("cosignatures-missing", "policy", "a witness is no agency of the directory");
    else if (own.quorum !== "none") return own;
  }
  return defaultPolicy(directory);
}

export function readTrees(members, directory, policy) {
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

function readProofs(text, proofs) {
  if (!text.endsWith("\n")) throw new Failed("form", "the last line does not end in a newline");
  let last = 0;
  for (const line of text.slice(0, -1).split("\n")) {
    const each = parseCanonical(line);
    const { from, to, hashes } = each ?? {};
    const formed = Number.isSafeInteger(from) && Number.isSafeInteger(to) && Array.isArray(hashes) && Object.keys(each).length === 3;
    if (!formed || from < last || to <= from) throw new Failed("form", "the lines are not of the form, or do not ascend");
    proofs.set(`${from} ${to}`, hashes.map((hash) => fromBase64url(hash, 32)));
    last = to;
  }
}

function checkGrowth(members, trees) {
  const name = "proofs/consistency.jsonl";
  const proofs = new Map();
  if (members.has(name)) attempt(name, () => readProofs(textOf(members.get(name)), proofs));
  for (let at = 1; at < trees.length; at += 1) {
    const [old, next] = [trees[at - 1], trees[at]];
    const proof = proofs.get(`${old.size} ${next.size}`);
    proofs.delete(`${old.size} ${next.size}`);
    if (!proof) fail("log-forked", name, `no proof from ${old.size} to ${next.size} entries`);
    else attempt(name, () => verifyConsistency(old.size, old.root, next.size, next.root, proof));
  }
  if (proofs.size) fail("trimmed", name, "proofs of checkpoints that are not here");
}
