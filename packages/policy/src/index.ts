/**
 * Who may ring whom: facts about an ordered pair of accounts in, a decision out. It fetches no
 * fact, keeps no state and delivers no ring; it is the only place where a `Permit` is made, and
 * without one the call machine rings nobody. Beside the decision stands whether a ring that is
 * allowed makes a sound (`quiet-hours.ts`), and whether its media may go directly (`route.ts`). Start at `rows.ts`, which reads like the table.
 *
 * @module
 */
export {
  buttonFor,
  decide,
  type Decision,
  isCallerOverLimit,
  mayAsk,
  refusedReasonOf,
} from "./decide.ts";
export type { Facts, GrantFact, Invite } from "./facts.ts";
export { isPermitLive, type Permit } from "./permit.ts";
export { type QuietNow, quietNow, type QuietRules, ringsQuietly } from "./quiet-hours.ts";
export { type AddressChoice, routeBetween, showsAddress } from "./route.ts";
export type { NoReason } from "./rows.ts";
