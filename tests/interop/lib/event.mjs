// One event by itself: envelope, signature, the key's period, content, and its entries in the log.
import { base64url, bytesOf, canonical, concat, Failed, fromBase64url, instant, number, parseCanonical, same, sha256, textOf } from "./bytes.mjs";
import { signedMessage, verifySignature } from "./note.mjs";
import { WHOLE } from "./statements.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const REQUIRED = ["contentdigest", "datacontenttype", "dataschema", "id", "nonce", "recipients", "role", "source", "specversion", "time", "type"];
const OPTIONAL = ["basis", "case", "causationid", "clause", "docnumber", "docsymbol", "dueat"];

const form = (held, why) => {
  if (!held) throw new Failed("form", why);
};

function readRecipients(text) {
  const found = text.split(" ").map((part) => {
    const match = /^([a-z0-9-]{2,32})(?::([1-9]\d{0,14}):([A-Za-z0-9_-]{43}))?$/.exec(part);
    form(match, `recipient ${part.slice(0, 60)}`);
    return { agency: match[1], count: match[2] ? Number(match[2]) : 0, previous: match[3] ? fromBase64url(match[3], 32) : null };
  });
  form(found.every((each, at) => at === 0 || found[at - 1].agency < each.agency), "recipients are not sorted");
  form(found.every((each) => (each.count > 0) === (found[0].count > 0)), "some recipients are counted");
  return found;
}

export function readEnvelope(text) {
  form(bytesOf(text).length <= 65536, "an envelope over 65,536 bytes");
  const members = parseCanonical(text);
  const names = Object.keys(members);
  form(names.every((name) => typeof members[name] === "string" && members[name] !== ""), "attributes are texts");
  form(names.every((name) => REQUIRED.includes(name) || OPTIONAL.includes(name)), "an unknown attribute");
  form(REQUIRED.every((name) => name in members), "an attribute is missing");
  const type = /^vn\.phoihop\.([A-Z][A-Za-z]{2,63})\.v([1-9]\d{0,3})$/.exec(members.type);
  const source = /^urn:phoihop:([a-z0-9-]{2,32}):([a-z0-9-]{2,32})$/.exec(members.source);
  form(type && source && members.specversion === "1.0" && members.datacontenttype === "application/json", "no event of ours");
  form(members.dataschema === `urn:phoihop:schema:${type[1]}:${type[2]}`, "dataschema is not the type's");
  for (const name of ["id", "case", "causationid", "basis"]) form(!(name in members) || UUID.test(members[name]), `${name} is no UUID`);
  const recipients = readRecipients(members.recipients);
  const protocol = !("docnumber" in members);
  form(protocol === !("docsymbol" in members) && protocol === (recipients[0].count === 0), "neither document nor protocol message");
  form(/^[a-z_]{2,32}$/.test(members.role), "role");
  form(!("clause" in members) || /^[A-Z]{2}-[0-9A-Za-z.]{1,12}$/.test(members.clause), "clause");
  form(protocol || /^(0[1-9]|[1-9]\d{1,8})$/.test(members.docnumber), "docnumber");
  form(protocol || /^[0-9A-ZĐ][0-9A-ZĐa-zđ&./-]{0,40}$/.test(members.docsymbol), "docsymbol");
  if ("dueat" in members) instant(members.dueat);
  return {
    ...members, eventType: type[1], province: source[1], sender: source[2], recipients, protocol, at: instant(members.time),
    contentDigest: fromBase64url(members.contentdigest, 32), nonceBytes: fromBase64url(members.nonce, 16),
  };
}

function readSignature(text) {
  form(typeof text === "string" && text.length <= 1024 && text.includes(".."), "a signature is <protected>..<signature>");
  const [protectedHeader, rest] = [text.slice(0, text.indexOf("..")), text.slice(text.indexOf("..") + 2)];
  const raw = fromBase64url(rest, 64);
  const { kid } = parseCanonical(textOf(fromBase64url(protectedHeader)));
  form(/^[a-z0-9-]{2,32}\/[a-z0-9-]{2,32}\/[a-z0-9-]{2,32}\/[A-Za-z0-9_-]{16}$/.test(kid), "kid");
  form(protectedHeader === base64url(bytesOf(canonical({ alg: "Ed25519", b64: false, crit: ["b64"], kid }))), "another header");
  return { protectedHeader, raw, kid };
}

/** Salt and content of a `data` member: `{"salt":"…","content":…}`. */
function readData(text) {
  const head = '{"salt":"';
  const middle = '","content":';
  const at = head.length + 43;
  if (!text.startsWith(head) || text.slice(at, at + middle.length) !== middle || !text.endsWith("}")) {
    throw new Failed("content-swapped", "no data member");
  }
  return { salt: fromBase64url(text.slice(head.length, at), 32), content: bytesOf(text.slice(at + middle.length, -1)) };
}

/**
 * Runs the checks of one event; `report` hears what fails. Gives null for an event whose form is wrong. `witnessedAt` gives
 * the milliseconds by which an entry of the log was witnessed, or null.
 */
export function checkEvent(line, directory, report, witnessedAt) {
  let envelope;
  let signature;
  try {
    envelope = readEnvelope(line.envelope);
    signature = readSignature(line.signature);
    form(envelope.province === directory.province, "of another province");
  } catch (error) {
    report(error instanceof Failed ? new Failed("form", error.message) : new Failed("form", String(error)));
    return null;
  }
  let sound = true;
  const fails = (check, why) => {
    sound = false;
    report(new Failed(check, why), envelope.id);
  };
  const bytes = bytesOf(line.envelope);
  const receipt = ["EventReceived", "EventRefused"].includes(envelope.eventType);
  const simulated = directory.clock === "simulated";
  const key = directory.keys.get(signature.kid);
  if (!key || key.agency !== envelope.sender) fails(receipt ? "receipt-forged" : "key-unknown", `no key ${signature.kid}`);
  else if (!verifySignature(signature.raw, signedMessage(signature.protectedHeader, bytes), key.raw)) {
    fails(receipt ? "receipt-forged" : "signature", "the signature is not over these bytes");
  } else {
    const late = simulated || key.revokedAt === Infinity ? envelope.at : (witnessedAt(line.first_index) ?? key.revokedAt);
    const arrived = line.stored_at !== undefined && !simulated ? instant(line.stored_at) : late;
    const inPeriod = key.notBefore <= envelope.at && envelope.at < key.notAfter;
    if (!inPeriod || envelope.at >= key.revokedAt || arrived >= key.revokedAt) fails("key-period", `key ${key.kid}`);
  }
  let content = null;
  if (line.data === undefined) {
    if (envelope.protocol && WHOLE.includes(envelope.eventType)) fails("trimmed", `${envelope.eventType} without its content`);
  } else {
    try {
      const data = readData(line.data);
      if (!same(sha256(data.salt, data.content), envelope.contentDigest)) throw new Failed("content-swapped", "another digest");
      content = data.content;
    } catch (error) {
      fails("content-swapped", error.message);
    }
  }
  const stored = line.stored_at === undefined ? null : instant(line.stored_at);
  if (stored !== null && !simulated && envelope.at > stored + 300_000) fails("time", "dated after it was stored");
  return { envelope, digest: sha256(bytes), content, stored, sound, line };
}

/** The 32-byte entries of an event, one for each recipient. */
export function entriesOf(held) {
  const field = (bytes) => concat(number(bytes.length, 4), bytes);
  const { stream_sequence: sequence, stored_at: stored, signature } = held.line;
  return held.envelope.recipients.map(({ agency }) =>
    sha256(
      "phoihop/log-entry/v1\n", field(held.digest), field(bytesOf(signature)), field(bytesOf(agency)),
      field(sequence === undefined ? new Uint8Array(0) : number(sequence, 8)),
      field(stored === undefined ? new Uint8Array(0) : bytesOf(stored)),
    ));
}
