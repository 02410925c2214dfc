import type { AccountId, Handle, PersonView } from "@ringfence/protocol";
import type { Login } from "../accounts/logins.ts";
import type { CallHooks } from "../calls/call-hooks.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { clearAddressException, setAddressException } from "../people/address-exceptions.ts";
import type { Buttons } from "../people/buttons.ts";
import { findOther, notFound } from "../people/find-account.ts";
import { listAddressExceptions, listOwnPeople } from "../people/own-lists.ts";
import { changePair, tellSide } from "../people/pair-views.ts";
import { personView } from "../people/person-view.ts";
import type { Store, Write } from "../store/store.ts";
import { addToAddressBook, removeFromAddressBook } from "./address-book.ts";
import { importAddressBook } from "./import-address-book.ts";

export interface AddressBookParts {
  readonly store: Store;
  readonly calls: Pick<CallHooks, "pairChanged">;
  readonly buttons: Pick<Buttons, "moveAfter">;
  readonly rateLimiter: RateLimiter;
}

interface RequestAboutPerson {
  login: Login;
  params: { handle: Handle };
}

/** What an account keeps about people for itself: nobody else can read any of it. */
export function addressBookHandlers({
  store,
  calls,
  buttons,
  rateLimiter,
}: AddressBookParts): Pick<
  Handlers,
  | "listAddressBook"
  | "addToAddressBook"
  | "removeFromAddressBook"
  | "importAddressBook"
  | "listNevers"
  | "listAddressExceptions"
  | "setAddressException"
  | "clearAddressException"
> {
  function changing(change: (write: Write, me: AccountId, other: AccountId) => Promise<void>) {
    return ({ login: { account: me }, params }: RequestAboutPerson): Promise<PersonView> => {
      rateLimiter.take("pairChangesPerAccount", me);
      return store.write(async (write) => {
        const other = await findOther(write.db, me, params.handle);
        await changePair(write, me, other, () => change(write, me, other));
        await calls.pairChanged(write, me, other);
        const view = await personView(write.db, me, other, write.now);
        if (view === undefined) throw notFound(params.handle);
        return view;
      });
    };
  }

  return {
    async listAddressBook({ login, query }) {
      const page = await listOwnPeople(store.db, "address_book_entry", login.account, query.after);
      return { people: page.lines, next: page.next };
    },
    addToAddressBook: changing(addToAddressBook),
    removeFromAddressBook: changing(removeFromAddressBook),

    async importAddressBook({ login: { account: me }, body }) {
      rateLimiter.take("addressBookImportsPerAccount", me);
      return store.write(async (write) => {
        const { imported, added } = await importAddressBook(write, me, body);
        buttons.moveAfter(write, {
          callee: me,
          callers: added,
          factsBefore: (facts) => ({ ...facts, isInAddressBook: false }),
        });
        // One is enough for the account's other devices to read their list again.
        const [first] = added;
        if (first !== undefined) await tellSide(write, me, first);
        return imported;
      });
    },

    async listNevers({ login, query }) {
      const page = await listOwnPeople(store.db, "never", login.account, query.after);
      return { people: page.lines, next: page.next };
    },

    async listAddressExceptions({ login, query }) {
      const page = await listAddressExceptions(store.db, login.account, query.after);
      return { exceptions: page.lines, next: page.next };
    },
    setAddressException: (request) =>
      changing((write, me, other) => setAddressException(write, me, other, request.body.exception))(
        request,
      ),
    clearAddressException: changing(clearAddressException),
  };
}
