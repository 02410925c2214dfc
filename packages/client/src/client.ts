import type { QuietNow } from "@ringfence/policy";
import type { DownMessage } from "@ringfence/protocol";
import { type Account, AccountStore } from "./account.ts";
import { ApiClient } from "./api.ts";
import type { AddressBook } from "./address-book.ts";
import type { Asks } from "./asks.ts";
import type { CallSettingsAccess } from "./call-settings.ts";
import type { CallSettingsProposals } from "./call-settings-proposal.ts";
import { addressChoices } from "./calls/address-choices.ts";
import type { Calls } from "./calls/calls.ts";
import { CallsStore } from "./calls/calls-store.ts";
import { keptAgreements } from "./calls/kept-agreement.ts";
import { type ConnectionTest, ConnectionTestStore } from "./connection-test/connection-test.ts";
import { type DeviceCheck, DeviceCheckStore } from "./connection-test/device-check.ts";
import type { Conversations } from "./conversations.ts";
import type { Environment } from "./environment.ts";
import type { Grants } from "./grants.ts";
import type { Identity } from "./identity/identity.ts";
import { IdentityStore } from "./identity/identity-store.ts";
import type { OwnDevices } from "./identity/own-devices.ts";
import { type Invitations, InvitationsAccess } from "./invitations.ts";
import type { Observable } from "./observable.ts";
import type { People } from "./people.ts";
import { acceptLeft } from "./push/accept-left.ts";
import { NotifyHidden } from "./push/notify-hidden.ts";
import { type Push, PushStore } from "./push/push.ts";
import { type Receipts, ReceiptsStore } from "./receipt/receipts.ts";
import { QuietClock } from "./quiet-clock.ts";
import { type Records, RecordsAccess } from "./records.ts";
import { type Connection, Signalling } from "./signalling.ts";
import { Stores } from "./stores.ts";
import { type WaysIntoAccount, WaysInStore } from "./ways-in/ways-in.ts";
import type { WhoCanRing } from "./who-can-ring.ts";

/** All that a page draws from and acts through. */
export interface Client {
  readonly account: Account;
  readonly waysIn: WaysIntoAccount;
  readonly connection: Observable<Connection>;
  readonly conversations: Conversations;
  readonly people: People;
  readonly asks: Asks;
  readonly grants: Grants;
  readonly addressBook: AddressBook;
  readonly whoCanRing: WhoCanRing;
  readonly invitations: Invitations;
  readonly callSettings: CallSettingsAccess;
  readonly records: Records;
  readonly proposals: CallSettingsProposals;
  /** Whether a ring would make no sound now; null until the settings are known. */
  readonly quiet: Observable<QuietNow | null>;
  readonly calls: Calls;
  readonly identity: Identity;
  readonly receipts: Receipts;
  readonly ownDevices: OwnDevices;
  readonly push: Push;
  readonly connectionTest: ConnectionTest;
  readonly microphoneCheck: DeviceCheck;
  readonly cameraCheck: DeviceCheck;
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
  const stores = new Stores(api, environment.origin);
  const { push: platform, page, storage } = environment;
  const push = new PushStore(api, platform, storage);
  const quiet = new QuietClock(stores.callSettings.snapshot, environment.page, scope.signal);
  const identity = new IdentityStore(api, environment.openVault);
  const receipts = new ReceiptsStore(identity, Date.now);
  const records = openRecords(api, receipts);
  const account = new AccountStore(
    api,
    environment.page,
    {
      onSignedIn({ callSettings, id, handle, deviceId }, { isNew }) {
        identity.begin({ account: id, handle, device: deviceId }, isNew);
        stores.begin(callSettings);
        waysIn.begin(id);
        lookAtRecords(records, receipts);
        signalling.start();
        void push.begin(id);
      },
      onSignedOut() {
        // A call is left while there is a connection to say so.
        calls.clear();
        tests.connectionTest.cancel();
        signalling.stop();
        push.clear();
        stores.clear();
        receipts.clear();
        identity.clear();
      },
      leave: (device) => (device === "this" ? identity.leave() : identity.unlink(device)),
      takeTraces: () => identity.takeTraces(),
      prove: (proof) => waysIn.give(proof),
      onRecoveryCode: (of, code) => waysIn.show(of, code, "sign-up"),
    },
    scope.signal,
  );
  const waysIn = new WaysInStore(api, environment.passkeys, { account, identity, storage });
  const signalling = new Signalling(environment, {
    onMessage: (message) => passOn(message, { stores, calls, identity, waysIn, notifyHidden }),
    onSignedOut: () => account.lostLogin(),
    onSuspended: () => account.setSuspended(),
    onFailedAttempt: () => void account.check(),
  });
  const calls = new CallsStore(
    environment,
    addressChoices(stores.callSettings.snapshot, stores.people),
    { identity, agreements: keptAgreements(identity), openEvidence: (call) => receipts.open(call) },
    signalling,
    scope.signal,
  );
  const tests = openTests(environment, api, signalling.state);

  const notifyHidden = new NotifyHidden(
    { calls: calls.snapshot, platform, page, locks: environment.locks },
    scope.signal,
  );
  acceptLeft({ calls, platform, page, now: Date.now }, scope.signal);
  void account.check();
  return {
    account,
    waysIn,
    connection: signalling.state,
    conversations: stores.conversations,
    people: stores.people,
    asks: stores.asks,
    grants: stores.grants,
    addressBook: stores.addressBook,
    whoCanRing: stores.whoCanRing,
    invitations: openInvitations(api, environment, stores),
    callSettings: stores.callSettings,
    records,
    proposals: stores.proposals,
    quiet: quiet.now,
    calls,
    identity,
    receipts,
    ownDevices: identity,
    push,
    ...tests,
    close() {
      calls.clear();
      tests.connectionTest.cancel();
      for (const check of [tests.microphoneCheck, tests.cameraCheck]) check.stop();
      signalling.stop();
      identity.clear();
      scope.abort();
    },
  };
}

function openInvitations(api: ApiClient, { origin }: Environment, { people }: Stores) {
  return new InvitationsAccess(api, origin, (person) => people.put(person));
}

function openRecords(api: ApiClient, receipts: ReceiptsStore): RecordsAccess {
  return new RecordsAccess(api, Date.now, {
    onTold: ({ callRecordDays }) => receipts.recordDays.set(callRecordDays),
    // A browser that keeps nothing has nothing to remove.
    onChosen: (days) => void receipts.keepFor(days).catch(() => {}),
  });
}

/** What cannot be done now is tried again at the next sign-in. */
function lookAtRecords(records: RecordsAccess, receipts: ReceiptsStore): void {
  receipts.removeOld().catch(() => {});
  records.readRetention().catch(() => {});
}

/** What a person tries outside of a call. */
function openTests(
  { trying, media }: Environment,
  api: ApiClient,
  connection: Observable<Connection>,
) {
  return {
    connectionTest: new ConnectionTestStore({
      api,
      connection,
      measureLoop: (...loop) => trying.measureLoop(...loop),
      now: () => media.now(),
    }),
    microphoneCheck: new DeviceCheckStore("microphone", trying),
    cameraCheck: new DeviceCheckStore("camera", trying),
  };
}

/** Gives a message of the server to whoever it is for. */
function passOn(
  message: DownMessage,
  {
    stores,
    calls,
    identity,
    waysIn,
    notifyHidden,
  }: {
    stores: Stores;
    calls: CallsStore;
    identity: IdentityStore;
    waysIn: WaysInStore;
    notifyHidden: NotifyHidden;
  },
): void {
  switch (message.type) {
    case "welcome":
      stores.receive(message);
      calls.receive(message);
      identity.hear();
      hearWaysIn(waysIn);
      return;
    case "devices-changed":
      identity.hear();
      hearWaysIn(waysIn);
      return;
    case "entry-added":
    case "conversation-changed":
    case "person-changed":
    case "person-removed":
    case "call-settings-changed":
    case "ask-received":
    case "ask-ended":
    case "grants-changed":
      stores.receive(message);
      return;
    case "ring":
    case "prepare":
    case "silenced":
    case "ringing":
    case "glare":
    case "unavailable":
    case "refused":
    case "accepted":
    case "offer":
    case "answer":
    case "restart":
    case "candidate":
    case "call-changed":
      calls.receive(message);
      return;
    case "call-ended":
      calls.receive(message);
      notifyHidden.hearEnd(message);
      return;
    case "heartbeat":
  }
}

function hearWaysIn(waysIn: WaysInStore): void {
  // Not answered: the next connection looks again.
  waysIn.refresh().catch(() => {});
}
