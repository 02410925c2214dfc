import { doctorLimits } from "./doctor-limits.ts";
import { type Finding, good, warning, fault } from "./finding.ts";

const dayMs = 24 * 60 * 60_000;

const setIt = "Set the clock, and keep it right: `timedatectl set-ntp true` on most systems.";

/** All of them Unix time in milliseconds. */
interface OtherTimes {
  programAt: number;
  writtenAt: number | undefined;
  proxyAt: number | undefined;
}

/**
 * Whether the clock can be right, by what else is known of the time.
 *
 * @param now Unix time in milliseconds
 */
export function judgeClock(now: number, { programAt, writtenAt, proxyAt }: OtherTimes): Finding {
  const says = `The clock says ${inWords(now)}`;
  if (writtenAt !== undefined && writtenAt > now + doctorLimits.clockToleranceMs) {
    return fault(
      "clock",
      `${says}, and this server was already in use at ${inWords(writtenAt)}: it went backwards. Logins, rings and credentials would be kept too long or too short.`,
      setIt,
    );
  }
  if (programAt > now + dayMs) {
    return fault(
      "clock",
      `${says}, and this program was put here at ${inWords(programAt)}.`,
      setIt,
    );
  }
  if (proxyAt !== undefined && Math.abs(proxyAt - now) > doctorLimits.clockToleranceMs) {
    return warning(
      "clock",
      `${says}, and the proxy's says ${inWords(proxyAt)}.`,
      "Set whichever is wrong: credentials for calls hold for ten minutes only.",
    );
  }
  const compared = [
    "this program's age",
    ...(writtenAt === undefined ? [] : ["what is in the database"]),
    ...(proxyAt === undefined ? [] : ["the Date of an answer"]),
  ].join(", ");
  return good("clock", `${says}. That fits ${compared}; no other clock was asked.`);
}

function inWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
