// Witness policies (https://c2sp.org/tlog-policy): which cosignatures are wanted.
import { Failed } from "./bytes.mjs";
import { LOG, parseKey, WITNESS } from "./note.mjs";

const must = (held, why) => {
  if (!held) throw new Failed("cosignatures-missing", `the policy: ${why}`);
};
const hex = (key) => Buffer.from(key).toString("hex");

/** A policy from its bytes. Octets over 127 are taken as they are. */
export function parsePolicy(bytes) {
  const text = Buffer.from(bytes).toString("latin1");
  must(!/[^\t\n\x20-\x7e\x80-\xff]/.test(text), "a control character");
  const policy = { witnesses: new Map(), groups: [], quorum: null };
  const [names, taken, logKeys, witnessKeys] = [new Set(["none"]), new Set(), new Set(), new Set()];
  const define = (name) => {
    must(!names.has(name), `${name} is defined twice`);
    names.add(name);
  };
  const addKey = (known, key) => {
    must(!known.has(hex(key.key)), `the key of ${key.name} is listed twice`);
    known.add(hex(key.key));
    return key;
  };
  for (const line of text.split("\n")) {
    const [word, ...items] = line.split(/[\x00-\x20\x7f]+/).filter(Boolean);
    if (word === undefined || word.startsWith("#")) continue;
    if (word === "log") {
      must(items.length === 1 || items.length === 2, "log <key> [<url>]");
      addKey(logKeys, parseKey(items[0], LOG));
    } else if (word === "witness") {
      must(items.length === 2 || items.length === 3, "witness <name> <key> [<url>]");
      define(items[0]);
      policy.witnesses.set(items[0], addKey(witnessKeys, parseKey(items[1], WITNESS)));
    } else if (word === "group") {
      const [name, asked, ...members] = items;
      must(members.length > 0 && /^(any|all|[1-9]\d{0,5})$/.test(asked), "group <name> <number|any|all> <name>...");
      const threshold = asked === "any" ? 1 : asked === "all" ? members.length : Number(asked);
      must(threshold <= members.length, `group ${name} has fewer members than it asks for`);
      for (const member of members) {
        must(member !== "none" && names.has(member) && !taken.has(member), `${member} is unknown, or in a group already`);
        taken.add(member);
      }
      define(name);
      policy.groups.push({ name, threshold, members });
    } else if (word === "quorum") {
      must(items.length === 1 && policy.quorum === null && names.has(items[0]), "one quorum line, of a name that is known");
      [policy.quorum] = items;
    } else must(false, `no line ${word}`);
  }
  must(policy.quorum !== null, "no quorum line");
  return policy;
}

function isMet(policy, keys) {
  const names = new Set();
  for (const [name, key] of policy.witnesses) {
    if (keys.some((each) => each.name === key.name && hex(each.key) === hex(key.key))) names.add(name);
  }
  for (const group of policy.groups) {
    if (group.members.filter((member) => names.has(member)).length >= group.threshold) names.add(group.name);
  }
  return names.has(policy.quorum);
}

/** The earliest time, in seconds, by which the cosignatures made up the quorum; null if they do not. */
export function metAt(policy, cosignatures) {
  if (policy.quorum === "none") return null;
  const sorted = [...cosignatures].sort((a, b) => a.time - b.time);
  for (let count = 1; count <= sorted.length; count += 1) {
    if (isMet(policy, sorted.slice(0, count).map((each) => each.key))) return sorted[count - 1].time;
  }
  return null;
}
