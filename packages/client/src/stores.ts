import type { CallSettings, DownMessage } from "@ringfence/protocol";
import { AddressBookStore } from "./address-book.ts";
import type { ApiClient } from "./api.ts";
import { AsksStore } from "./asks.ts";
import type { OwnCallMessage } from "./calls/call-messages.ts";
import { CallSettingsStore } from "./call-settings.ts";
import { ProposalStore } from "./call-settings-proposal.ts";
import { ConversationsStore } from "./conversations.ts";
import { GrantsStore } from "./grants.ts";
import { PeopleStore } from "./people.ts";
import { WhoCanRingStore } from "./who-can-ring.ts";

/** What the server says of all that is no call. */
export type StoresMessage = Exclude<
  DownMessage,
  OwnCallMessage | { type: "ring" | "prepare" | "silenced" | "heartbeat" | "devices-changed" }
>;

/** The copies of what the server keeps for this account: all that a page shows but calls. */
export class Stores {
  readonly callSettings: CallSettingsStore;
  readonly proposals: ProposalStore;
  readonly people: PeopleStore;
  readonly asks: AsksStore;
  readonly grants: GrantsStore;
  readonly addressBook: AddressBookStore;
  readonly whoCanRing: WhoCanRingStore;
  readonly conversations: ConversationsStore;

  constructor(api: ApiClient, origin: string) {
    this.callSettings = new CallSettingsStore(api);
    this.proposals = new ProposalStore(api, this.callSettings);
    this.people = new PeopleStore(api);
    this.asks = new AsksStore(api, (person) => this.people.put(person));
    this.grants = new GrantsStore(api, (person) => this.people.put(person));
    this.addressBook = new AddressBookStore(api, origin);
    this.whoCanRing = new WhoCanRingStore(api);
    this.conversations = new ConversationsStore(api);
  }

  /** Somebody signed in: everything else is fetched when it is looked at. */
  begin(settings: CallSettings): void {
    this.callSettings.put(settings);
    this.#expire();
  }

  clear(): void {
    this.callSettings.clear();
    this.people.clear();
    this.asks.clear();
    this.addressBook.people.clear();
    this.whoCanRing.clear();
    this.conversations.clear();
  }

  receive(message: StoresMessage): void {
    this.addressBook.receive(message);
    this.whoCanRing.receive(message);
    switch (message.type) {
      case "welcome":
        this.#expire();
        void this.callSettings.refresh();
        return;
      case "entry-added":
        this.conversations.addEntry(message.with, message.entry);
        return;
      case "conversation-changed":
        this.conversations.put(message.conversation);
        return;
      case "person-changed":
        this.people.put(message.person);
        return;
      case "person-removed":
        this.people.remove(message.handle);
        this.asks.remove(message.handle);
        this.conversations.remove(message.handle);
        return;
      case "call-settings-changed":
        this.callSettings.put(message.callSettings);
        // The own switch decides too which calls would be direct, and that stands with everybody.
        this.people.expire();
        this.conversations.expire();
        return;
      case "ask-received":
        this.asks.put(message.ask);
        return;
      case "ask-ended":
        this.asks.end(message.askId);
        return;
      case "grants-changed":
      // Only the lists of `whoCanRing` bear on it.
    }
  }

  /** Everything that was fetched may be out of date. */
  #expire(): void {
    this.conversations.expire();
    this.people.expire();
    void this.asks.refresh();
    this.addressBook.people.expire();
    this.whoCanRing.expire();
  }
}
