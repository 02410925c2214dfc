import type { QuietNow } from "@ringfence/policy";
import type { DownMessage } from "@ringfence/protocol";
import { type Account, AccountStore } from "./account.ts";
import { ApiClient } from "./api.ts";
import { type Asks, AsksStore } from "./asks.ts";
import { type CallSettingsAccess, CallSettingsStore } from "./call-settings.ts";
import type { Calls } from "./calls/calls.ts";
import { CallsStore } from "./calls/calls-store.ts";
import { type Conversations, ConversationsStore } from "./conversations.ts";
import type { Environment } from "./environment.ts";
import { type Grants, GrantsStore } from "./grants.ts";
import type { Observable } from "./observable.ts";
import { type People, PeopleStore } from "./people.ts";
import { QuietClock } from "./quiet-clock.ts";
import { type Connection, Signalling } from "./signalling.ts";

/** All that a page draws from and acts through. */
export interface Client {
  readonly account: Account;
  readonly connection: Observable<Connection>;
  readonly conversations: Conversations;
  readonly people: People;
  readonly asks: Asks;
  readonly grants: Grants;
  readonly callSettings: CallSettingsAccess;
  /** Whether a ring would make no sound now; null until the settings are known. */
  readonly quiet: Observable<QuietNow | null>;
  readonly calls: Calls;
  /** Leaves every call, closes the socket and ends every listener. */
  close(): void;
}

/**
 * Asks at once who is signed in, and keeps the connection while somebody is.
 *
 * @param environment `browserEnvironment()` in a page
 */
export function createClient(environment: Environment): Client {
  const scope = new AbortController();
  const api = new ApiClient(environment);
  const callSettings = new CallSettingsStore(api);
  const quiet = new QuietClock(callSettings.snapshot, environment.page, scope.signal);
  const people = new PeopleStore(api);
  const asks = new AsksStore(api, (person) => people.put(person));
  const grants = new GrantsStore(api, (person) => people.put(person));
  const conversations = new ConversationsStore(api);
  const account = new AccountStore(
    api,
    environment.page,
    {
      onSignedIn(settings) {
        callSettings.put(settings);
        expire();
        signalling.start();
      },
      onSignedOut() {
        // A call is left while there is a connection to say so.
        calls.clear();
        signalling.stop();
        callSettings.clear();
        people.clear();
        asks.clear();
        conversations.clear();
      },
    },
    scope.signal,
  );
  const signalling = new Signalling(environment, {
    onMessage,
    onSignedOut: () => account.setSignedOut(),
    onFailedAttempt: () => void account.check(),
  });
  const calls = new CallsStore(environment, (message) => signalling.send(message), scope.signal);

  /** Everything that was fetched may be out of date. */
  function expire(): void {
    conversations.expire();
    people.expire();
    void asks.refresh();
    grants.expire();
  }

  function onMessage(message: DownMessage): void {
    switch (message.type) {
      case "welcome":
        expire();
        void callSettings.refresh();
        calls.receive(message);
        return;
      case "entry-added":
        conversations.addEntry(message.with, message.entry);
        return;
      case "conversation-changed":
        conversations.put(message.conversation);
        return;
      case "person-changed":
        people.put(message.person);
        return;
      case "person-removed":
        people.remove(message.handle);
        asks.remove(message.handle);
        conversations.remove(message.handle);
        return;
      case "call-settings-changed":
        callSettings.put(message.callSettings);
        return;
      case "ask-received":
        asks.put(message.ask);
        return;
      case "ask-ended":
        asks.end(message.askId);
        return;
      case "grants-changed":
        grants.expire();
        return;
      case "heartbeat":
        return;
      case "ring":
      case "silenced":
      case "ringing":
      case "unavailable":
      case "refused":
      case "accepted":
      case "offer":
      case "answer":
      case "candidate":
      case "call-changed":
      case "call-ended":
        calls.receive(message);
    }
  }

  void account.check();
  return {
    account,
    connection: signalling.state,
    conversations,
    people,
    asks,
    grants,
    callSettings,
    quiet: quiet.now,
    calls,
    close() {
      calls.clear();
      signalling.stop();
      scope.abort();
    },
  };
}
