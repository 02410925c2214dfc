import type { AddressException, CallRoute } from "@ringfence/protocol";

/** What one person chose about their internet address in calls with another. */
export interface AddressChoice {
  /** *Hide my address*, which holds where there is no exception. */
  hideAddress: boolean;
  exception: AddressException | null;
}

/** Whether this person lets the other see their internet address. */
export function showsAddress({ hideAddress, exception }: AddressChoice): boolean {
  return exception === null ? !hideAddress : exception === "show";
}

/** The route of a call between two people: direct only where each shows their address. */
export function routeBetween(one: AddressChoice, other: AddressChoice): CallRoute {
  return showsAddress(one) && showsAddress(other) ? "direct" : "relayed";
}
