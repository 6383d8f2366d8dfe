// The container: a zip file in one form only.
import { bytesOf, Failed, same } from "./bytes.mjs";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

const TABLE = Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function little(...fields) {
  const out = [];
  for (const [size, value] of fields) for (let at = 0; at < size; at += 1) out.push(Math.floor(value / 256 ** at) & 255);
  return Uint8Array.from(out);
}

const common = (crc, size) => [[2, 0], [2, 33], [4, crc], [4, size], [4, size]];

function localHeader(name, crc, size) {
  return little([4, 0x04034b50], [2, 20], [2, 0], [2, 0], ...common(crc, size), [2, name.length], [2, 0]);
}

function centralHeader(name, crc, size, offset) {
  return little(
    [4, 0x02014b50], [1, 20], [1, 3], [2, 20], [2, 0], [2, 0], ...common(crc, size),
    [2, name.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0x81a40000], [4, offset],
  );
}

/** The members of a package by name, in their order; fails unless the file is exactly of the form. */
export function readContainer(file) {
  const fail = (why) => {
    throw new Failed("form", why);
  };
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = file.length - 22;
  if (end < 0) fail("too short for a package");
  const [count, size, start] = [view.getUint16(end + 10, true), view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  const wanted = little([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, start], [2, 0]);
  if (!same(file.subarray(end), wanted) || start + size !== end) fail("no zip file, or cut off, or something added");
  const members = new Map();
  let [at, offset, before] = [start, 0, null];
  while (at < end) {
    if (end - at < 46) fail("the directory breaks off");
    const [crc, bytes, length] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true), view.getUint16(at + 28, true)];
    const name = Buffer.from(file.subarray(at + 46, at + 46 + length)).toString("latin1");
    if (name.length > 120 || !NAME.test(name)) fail(`${name.slice(0, 80)} is no name of a member`);
    if (before === "manifest.json" || name === before || (name < before && name !== "manifest.json")) fail("members are not in order");
    if (!same(file.subarray(at, at + 46), centralHeader(name, crc, bytes, offset))) fail(`${name}: another header`);
    const body = offset + 30 + name.length;
    if (body + bytes > start) fail(`${name} reaches into the directory`);
    if (!same(file.subarray(offset, offset + 30), localHeader(name, crc, bytes))) fail(`${name}: its headers differ`);
    if (!same(file.subarray(offset + 30, body), bytesOf(name))) fail(`${name}: its names differ`);
    const data = file.subarray(body, body + bytes);
    if (crc32(data) !== crc) fail(`${name} is damaged`);
    members.set(name, data);
    [at, offset, before] = [at + 46 + length, body + bytes, name];
  }
  if (at !== end || offset !== start || members.size !== count) fail("the directory does not list what is there");
  return members;
}
