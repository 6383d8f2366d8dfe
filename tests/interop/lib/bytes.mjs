// Bytes, texts and canonical JSON, each with one spelling.
import { sha256 as hash } from "@noble/hashes/sha2.js";

// A byte order mark is a letter like any other here: dropped, it would be a second spelling.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** A check that failed, by its name in docs/evidence-package.md. */
export class Failed extends Error {
  constructor(check, why) {
    super(why);
    this.check = check;
  }
}

export const bytesOf = (text) => encoder.encode(text);
export const textOf = (bytes) => utf8.decode(bytes);
export const sha256 = (...parts) => hash(concat(...parts));
export const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
export const hex = (bytes) => Buffer.from(bytes).toString("hex");

export function concat(...parts) {
  const all = parts.map((part) => (typeof part === "string" ? bytesOf(part) : part));
  const joined = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function base64url(bytes) {
  return Buffer.from(bytes).toString("base64url");
}

export function fromBase64url(text, length) {
  const bytes = new Uint8Array(Buffer.from(String(text), "base64url"));
  if (base64url(bytes) !== text || (length !== undefined && bytes.length !== length)) {
    throw new Failed("form", `${String(text).slice(0, 60)} is not base64url as it is written`);
  }
  return bytes;
}

export function fromBase64(text, length) {
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  if (Buffer.from(bytes).toString("base64") !== text || (length !== undefined && bytes.length !== length)) {
    throw new Failed("form", `${text.slice(0, 60)} is not base64 as it is written`);
  }
  return bytes;
}

export const number = (value, bytes) => {
  const out = new Uint8Array(bytes);
  let rest = BigInt(value);
  for (let at = bytes - 1; at >= 0; at -= 1, rest >>= 8n) out[at] = Number(rest & 255n);
  return out;
};

/** RFC 8785 over the subset that travels: for it JSON.stringify with sorted members is enough. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Failed("form", `${value} is no integer`);
  if (typeof value === "string" && !value.isWellFormed()) throw new Failed("form", "half a surrogate pair is no letter");
  return JSON.stringify(value);
}

export function parseCanonical(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failed("form", `not JSON: ${error.message}`);
  }
  if (canonical(value) !== text) throw new Failed("form", "JSON that is not in its canonical form");
  return value;
}

const INSTANT = /^[1-9]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Milliseconds since 1970 of an instant as the wire has it. */
export function instant(text) {
  const value = INSTANT.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(value) || new Date(value).toISOString() !== text) throw new Failed("form", `${text} is no instant`);
  return value;
}
