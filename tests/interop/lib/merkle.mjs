// Trees and proofs of RFC 6962, and the log's tiles. Sizes stay far below 2^53, bits are taken by BigInt.
import { Failed, same, sha256 } from "./bytes.mjs";

export const leafHash = (entry) => sha256(Uint8Array.of(0), entry);
export const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

const ones = (value) => value.toString(2).replaceAll("0", "").length;
const bits = (value) => (value === 0n ? 0 : value.toString(2).length);
const bit = (value, at) => ((value >> BigInt(at)) & 1n) === 1n;

export function verifyInclusion(leaf, index, size, proof, root) {
  if (!(index >= 0 && index < size)) throw new Failed("log-rolled-back", `entry ${index} is not in a tree of ${size}`);
  const at = BigInt(index);
  const inner = bits(at ^ (BigInt(size) - 1n));
  if (proof.length !== inner + ones(at >> BigInt(inner))) throw new Failed("not-in-log", "a proof of another length");
  const found = proof.reduce((node, step, height) => {
    return height >= inner || bit(at, height) ? nodeHash(step, node) : nodeHash(node, step);
  }, leaf);
  if (!same(found, root)) throw new Failed("not-in-log", `entry ${index} does not lead to the root`);
}

export function verifyConsistency(oldSize, oldRoot, size, root, proof) {
  const fail = (why) => {
    throw new Failed("log-forked", `from ${oldSize} to ${size} entries: ${why}`);
  };
  let level = 0;
  while (!bit(BigInt(oldSize), level)) level += 1;
  const index = (BigInt(oldSize) - 1n) >> BigInt(level);
  const inner = bits((BigInt(oldSize) - 1n) ^ (BigInt(size) - 1n)) - level;
  const own = index === 0n ? 0 : 1;
  if (proof.length !== own + inner + ones(index >> BigInt(inner))) fail("a proof of another length");
  const [seed, steps] = own ? [proof[0], proof.slice(1)] : [oldRoot, proof];
  let [older, newer] = [seed, seed];
  steps.forEach((step, height) => {
    const left = height >= inner || bit(index, height);
    if (left) older = nodeHash(step, older);
    newer = left ? nodeHash(step, newer) : nodeHash(newer, step);
  });
  if (!same(older, oldRoot)) fail("the proof does not give the older root");
  if (!same(newer, root)) fail("the newer tree does not begin with the older");
}

function rootOf(hashes) {
  if (hashes.length === 0) return sha256();
  let row = hashes;
  while (row.length > 1) {
    const next = [];
    for (let at = 0; at + 1 < row.length; at += 2) next.push(nodeHash(row[at], row[at + 1]));
    if (row.length % 2) next.push(row[row.length - 1]);
    row = next;
  }
  return row[0];
}

function path(kind, index, width) {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, "0");
  const parts = digits.match(/.{3}/g);
  const name = `log/tile/${kind}/${parts.slice(0, -1).map((part) => `x${part}/`).join("")}${parts[parts.length - 1]}`;
  return width === 256 ? name : `${name}.p/${width}`;
}

const split = (bytes, width) => Array.from({ length: bytes.length / width }, (_, at) => bytes.subarray(at * width, (at + 1) * width));

/** The whole log in a package: names of its members, and its entries once tiles, bundles and root agree. */
export function readLog(members, size, root) {
  const names = new Set();
  const faults = [];
  const read = (kind, index, width, bytes) => {
    const name = path(kind, index, width);
    names.add(name);
    const data = members.get(name);
    if (!data) faults.push(new Failed("trimmed", `${name} is missing`));
    else if (data.length !== width * bytes) faults.push(new Failed("log-tampered", `${name} has another length`));
    else return split(data, bytes);
    return null;
  };
  const entries = [];
  let below = [];
  for (let at = 0; at * 256 < size; at += 1) {
    const width = Math.min(256, size - at * 256);
    const bundle = read("entries", at, width, 34);
    const tile = read(0, at, width, 32);
    if (!bundle || !tile) return { names, faults, entries: [] };
    bundle.forEach((each, place) => {
      const entry = each.subarray(2);
      if (each[0] !== 0 || each[1] !== 32 || !same(leafHash(entry), tile[place])) {
        faults.push(new Failed("log-tampered", `entry ${at * 256 + place} does not fit its tile`));
      }
      entries.push(entry);
    });
    below.push(...tile);
  }
  const leaves = below;
  for (let level = 1; below.length >= 256; level += 1) {
    const above = [];
    for (let at = 0; at + 256 <= below.length; at += 256) above.push(rootOf(below.slice(at, at + 256)));
    const held = [];
    for (let at = 0; at * 256 < above.length; at += 1) {
      held.push(...(read(level, at, Math.min(256, above.length - at * 256), 32) ?? []));
    }
    if (held.length !== above.length || held.some((each, at) => !same(each, above[at]))) {
      faults.push(new Failed("log-tampered", `level ${level} does not hold the hashes of the level below`));
    }
    below = above;
  }
  if (!same(rootOf(leaves), root)) faults.push(new Failed("log-tampered", "the log does not give the checkpoint's root"));
  return { names, faults, entries };
}
