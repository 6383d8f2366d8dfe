// What was found, and work that may fail.
import { Failed } from "./bytes.mjs";

export const findings = [];
export const begin = () => findings.splice(0);
export const report = (where) => (error, event = "") => findings.push({ check: error.check ?? "form", event, where, why: error.message });
export const fail = (check, where, why, event = "") => report(where)(new Failed(check, why), event);
export const attempt = (where, work) => {
  try {
    return work();
  } catch (error) {
    report(where)(error);
    return null;
  }
};
