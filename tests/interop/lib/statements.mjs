// The contents of the messages that state something of deliveries and the log, as docs/events.md has them.
import { Failed, fromBase64url, instant, parseCanonical, textOf } from "./bytes.mjs";

/** Types whose content may not be missing: without it they would hide what they say. */
export const WHOLE = ["EventReceived", "EventRefused", "GapDeclared", "DirectoryPublished", "ExchangeViewStated", "LogAlarmRaised"];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const must = (held, name) => {
  if (!held) throw new Failed("form", `${name} is not of its form`);
};
const natural = (value, name) => must(Number.isSafeInteger(value) && value >= 0, name);
const positive = (value, name) => must(Number.isSafeInteger(value) && value >= 1, name);
const text = (value, name) => must(typeof value === "string" && value.length > 0, name);
const digest = (value) => fromBase64url(value, 32);
const id = (value, name) => must(typeof value === "string" && UUID.test(value), name);
const flag = (value, name) => must(typeof value === "boolean", name);
const moment = (value) => instant(String(value));
const outcome = (value, name) => must(["admitted", "refused"].includes(value), name);
const listOf = (check, least = 1) => (value, name) => {
  // A list that is empty is left out where that is its default.
  must(Array.isArray(value) && value.length >= least && value.length <= 1000, name);
  value.forEach((each) => check(each, name));
};

const ENTRY = [
  { count: positive, event: id, digest, outcome, admitted_at: moment, directory_version: positive, late: flag },
  { incoming_number: positive, stream_sequence: positive, stored_at: moment },
];
const FORMS = {
  EventReceived: [
    { upto_count: natural, upto_digest: digest },
    { refused: listOf(positive), entries: listOf((each, name) => hasForm(each, ENTRY, name)) },
  ],
  EventRefused: [{ digest, check: positive, reason: text, explanation: text }, { event: id, count: positive, clause: text }],
  GapDeclared: [{ from_count: positive, to_count: positive, reason: text }, { to_digest: digest }],
  DirectoryPublished: [{ version: positive, note: text }, {}],
  LogAlarmRaised: [{ problem: text, explanation: text }, { checkpoints: listOf(text), event: digest }],
};

function hasForm(value, [required, optional], name) {
  must(value !== null && typeof value === "object" && !Array.isArray(value), name);
  for (const member of Object.keys(required)) must(Object.hasOwn(value, member), `${name}.${member}`);
  for (const [member, found] of Object.entries(value)) {
    const check = Object.hasOwn(required, member) ? required[member] : Object.hasOwn(optional, member) ? optional[member] : null;
    must(check, `${name}.${member}`);
    check(found, `${name}.${member}`);
  }
}

/** What a statement says; fails with `form` unless its content is one of its type. */
export function readStatement(held) {
  const content = parseCanonical(textOf(held.content));
  hasForm(content, FORMS[held.envelope.eventType], held.envelope.eventType);
  return content;
}
