import { showsAddress } from "@ringfence/policy";
import type { CallSettings, Handle } from "@ringfence/protocol";
import type { Observable } from "../observable.ts";
import type { PeopleStore } from "../people.ts";

/**
 * What this account chose about its own address. A call is direct at this side only where this says
 * so too: that the server calls it direct is not enough.
 */
export interface AddressChoices {
  /** Makes sure that what was chosen for this person is known when the call begins. */
  prepare(handle: Handle): void;
  /** False also where it is not known. */
  mayShow(handle: Handle): boolean;
}

export function addressChoices(
  settings: Observable<CallSettings | null>,
  people: PeopleStore,
): AddressChoices {
  return {
    prepare(handle) {
      people.person(handle);
      void people.refresh(handle);
    },
    mayShow(handle) {
      const hideAddress = settings.get()?.hideAddress ?? true;
      const person = people.person(handle).get();
      if (person.state !== "ready") return false;
      return showsAddress({ hideAddress, exception: person.value.addressException });
    },
  };
}
