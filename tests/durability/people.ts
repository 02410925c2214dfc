import { acquaint, request, signIn, signUp } from "../../apps/server/src/accounts/test-people.ts";
import { SteadyDevice } from "./steady-device.ts";

const names = ["alice", "bob", "bobsLaptop", "carol", "dave"] as const;

export type Devices = Record<(typeof names)[number], SteadyDevice>;

/**
 * Alice and Bob, who has a laptop too; Carol and Dave, who never picks up.
 *
 * @param originOf where each device finds the server
 */
export async function signUpAll(
  originOf: (device: (typeof names)[number]) => string,
): Promise<Devices> {
  const cookies = new Map<string, string>();
  const origin = originOf("alice");
  for (const handle of ["alice", "bob", "carol", "dave"]) {
    cookies.set(handle, await signUp(origin, handle));
  }
  for (const [one, other] of [
    ["alice", "bob"],
    ["carol", "dave"],
  ] as const) {
    for (const [me, them] of [
      [one, other],
      [other, one],
    ] as const) {
      const cookie = cookies.get(me) ?? "";
      await acquaint(origin, cookie, them);
      // Else whoever is never answered would have to ask after three rings.
      await request(origin, cookie, "PATCH", "/api/settings/calls", { unansweredLimit: false });
    }
  }
  const open = (name: "alice" | "bob" | "carol" | "dave") =>
    new SteadyDevice(name, originOf(name), cookies.get(name) ?? "");
  const laptop = await signIn(origin, "bob");
  return {
    alice: open("alice"),
    bob: open("bob"),
    bobsLaptop: new SteadyDevice("bob's laptop", originOf("bobsLaptop"), laptop),
    carol: open("carol"),
    dave: open("dave"),
  };
}
