// Signed notes, checkpoints and cosignatures (the C2SP specifications, as docs/transparency-log.md has them).
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesOf, concat, Failed, fromBase64, hex, sha256, textOf } from "./bytes.mjs";

const DASH = "— ";
export const LOG = 1;
export const WITNESS = 4;

export function verifySignature(signature, message, key) {
  try {
    if (signature.length !== 64 || !ed25519.verify(signature, message, key, { zip215: false })) return false;
    // That equation is multiplied by 8, so a signer could add a point of small order to R: some verifiers would take the
    // signature, others not. The bare equation has one answer, and it is libsodium's.
    const [R, A] = [ed25519.Point.fromBytes(signature.subarray(0, 32)), ed25519.Point.fromBytes(key)];
    const S = ed25519.Point.BASE.multiplyUnsafe(littleEndian(signature.subarray(32)));
    const k = littleEndian(sha512(concat(signature.subarray(0, 32), key, message))) % ed25519.Point.Fn.ORDER;
    return R.add(A.multiplyUnsafe(k)).equals(S);
  } catch {
    return false;
  }
}

const littleEndian = (bytes) => BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);

/** A key by its name and signature type, with the id that its lines bear. */
export function makeKey(name, type, key) {
  return { name, type, key, id: hex(sha256(name, "\n", Uint8Array.of(type), key).subarray(0, 4)) };
}

/** `<name>+<id>+<base64 of type and key>`. */
export function parseKey(text, type) {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  if (!match) throw new Failed("form", `${text.slice(0, 80)} is no verifier key`);
  const raw = fromBase64(match[3], 33);
  const key = makeKey(match[1], raw[0], raw.subarray(1));
  if (raw[0] !== type || key.id !== match[2]) throw new Failed("form", `${text.slice(0, 80)}: its id or type is another`);
  return key;
}

export function parseNote(bytes) {
  const whole = textOf(bytes);
  const split = whole.lastIndexOf("\n\n");
  if (split < 0 || !whole.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(whole)) throw new Failed("form", "not a signed note");
  const lines = whole.slice(split + 2, -1).split("\n");
  const signatures = lines.map((line) => {
    const match = /^— ([^+\s]+) (\S+)$/.exec(line);
    if (!line.startsWith(DASH) || !match) throw new Failed("form", `${line.slice(0, 60)} is no signature line`);
    const raw = fromBase64(match[2]);
    if (raw.length <= 4) throw new Failed("form", "a signature line is too short");
    return { name: match[1], id: hex(raw.subarray(0, 4)), raw: raw.subarray(4) };
  });
  return { text: whole.slice(0, split + 1), signatures };
}

/** The known keys that signed; a line that names a known key and does not verify fails. */
export function signersOf(note, keys, check) {
  const found = [];
  for (const line of note.signatures) {
    for (const key of keys.filter((each) => each.name === line.name && each.id === line.id)) {
      const time = key.type === WITNESS ? Number(new DataView(line.raw.buffer, line.raw.byteOffset).getBigUint64(0)) : null;
      const message = key.type === WITNESS ? `cosignature/v1\ntime ${time}\n${note.text}` : note.text;
      const raw = key.type === WITNESS ? line.raw.subarray(8) : line.raw;
      if (!verifySignature(raw, bytesOf(message), key.key)) throw new Failed(check, `the signature of ${line.name} is wrong`);
      found.push({ key, time });
    }
  }
  return found;
}

export function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.slice(0, -1).some((line) => line === "") || !/^(0|[1-9]\d{0,18})$/.test(lines[1])) {
    throw new Failed("form", "not a checkpoint");
  }
  return { origin: lines[0], size: Number(lines[1]), root: fromBase64(lines[2], 32) };
}

export const signedMessage = (protectedHeader, envelope) => concat(`${protectedHeader}.`, envelope);
