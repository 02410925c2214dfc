/**
 * What happens next in a call: the machine that takes a call, an event and the time and gives the
 * call after it and what is to be done. It keeps nothing, sends nothing and waits for nothing: the
 * server loads, steps, saves and then runs the effects, in that order. Start at `state.ts`, whose
 * diagram is the whole of it, then `step.ts`.
 *
 * @module
 */
export { hasBeenAnswered } from "./accepted.ts";
export { begin, type Begun, type NewCall } from "./begin.ts";
export { candidateRouteOf } from "./candidate-route.ts";
export type { Effect, Recipient } from "./effect.ts";
export type { CallEvent, CallMessage, DeviceEvent, RelayEvent, ServerEvent } from "./event.ts";
export { placeIn, type PlaceInCall, preparationOf } from "./place.ts";
export type { CallDevice, Side } from "./side.ts";
export {
  type AcceptedCall,
  type Call,
  dueAtOf,
  type EndedCall,
  parseCall,
  type RingingCall,
} from "./state.ts";
export type { IgnoreReason, RefusalCode, Step } from "./step-result.ts";
export { step } from "./step.ts";
export { viewCall } from "./view.ts";
