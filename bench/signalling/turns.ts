import type { CallWatch, Pair } from "./contender.ts";
import type { TextSocket } from "./text-socket.ts";

/** One device of somebody, that is signed in. */
export interface Device {
  readonly socket: TextSocket;
}

/** A call as its two devices go through it. */
export interface OneCall<Of extends Device> {
  hear(device: Of, text: string): void;
}

/** Two who call by turns: the caller of one call is the callee of the next. */
export function takeTurns<Of extends Device>(
  one: Of,
  other: Of,
  begin: (caller: Of, callee: Of, watch: CallWatch) => OneCall<Of>,
): Pair {
  let roles = { caller: one, callee: other };
  let call: OneCall<Of> | undefined;
  let watched: CallWatch | undefined;
  for (const device of [one, other]) {
    device.socket.onText = (text) => call?.hear(device, text);
    device.socket.onEnd = (why) => watched?.ended(why);
  }
  return {
    call(watch) {
      watched = {
        rang: () => watch.rang(),
        ended(failure) {
          watched = undefined;
          watch.ended(failure);
        },
      };
      const { caller, callee } = roles;
      roles = { caller: callee, callee: caller };
      call = begin(caller, callee, watched);
    },
  };
}
