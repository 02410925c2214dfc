import type { AccountId, Handle, PersonView } from "@ringfence/protocol";
import type { Login } from "../accounts/logins.ts";
import { answerTick } from "../calls/answer-tick.ts";
import type { CallHooks } from "../calls/call-hooks.ts";
import { RefusedError } from "../errors.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { findOther, notFound } from "../people/find-account.ts";
import { changePair } from "../people/pair-views.ts";
import { personView } from "../people/person-view.ts";
import type { Store, Write } from "../store/store.ts";
import { answerAsk } from "./answer-ask.ts";
import { type Asked, ask, withdrawAsk } from "./asks.ts";
import { clearAttempts, listAttempts } from "./attempts.ts";
import { revokeCallBack } from "./call-backs.ts";
import { changeGrant, endGrant, giveGrant, listGrants } from "./grants.ts";
import { listReceivedAsks } from "./received-asks.ts";

export interface AskingParts {
  readonly store: Store;
  readonly calls: Pick<CallHooks, "pairChanged">;
  readonly rateLimiter: RateLimiter;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

type Work = (write: Write, me: AccountId, other: AccountId) => Promise<void>;
interface RequestAboutPerson {
  login: Login;
  params: { handle: Handle };
}

/** Asking to be allowed to call, and the rights to ring that people give each other. */
export function askingHandlers(
  parts: AskingParts,
): Pick<
  Handlers,
  | "askToCall"
  | "withdrawAsk"
  | "answerAsk"
  | "listAsks"
  | "giveGrant"
  | "changeGrant"
  | "endGrant"
  | "listGrants"
  | "revokeCallBack"
  | "listAttempts"
  | "clearAttempts"
> {
  const { store, calls, rateLimiter, now } = parts;

  /** Does something about a person, and gives the person as they are seen then. */
  async function about(
    { login: { account: me }, params: { handle } }: RequestAboutPerson,
    work: Work,
  ): Promise<PersonView> {
    return store.write(async (write) => {
      const other = await findOther(write.db, me, handle);
      await work(write, me, other);
      await calls.pairChanged(write, me, other);
      const view = await personView(write.db, me, other, write.now);
      if (view === undefined) throw notFound(handle);
      return view;
    });
  }

  function changing(change: Work) {
    return (request: RequestAboutPerson): Promise<PersonView> => {
      rateLimiter.take("pairChangesPerAccount", request.login.account);
      return about(request, (write, me, other) =>
        changePair(write, me, other, () => change(write, me, other)),
      );
    };
  }

  return {
    async askToCall(request) {
      rateLimiter.take("asksPerAccount", request.login.account);
      let asked: Asked = "ask-refused";
      const view = await about(request, async (write, me, other) => {
        asked = await ask(write, me, other, request.body.reason);
      });
      await answerTick(now());
      refuseUnasked(asked, request.params.handle);
      return view;
    },

    withdrawAsk: (request) => {
      rateLimiter.take("pairChangesPerAccount", request.login.account);
      return about(request, withdrawAsk);
    },

    answerAsk: (request) => {
      rateLimiter.take("pairChangesPerAccount", request.login.account);
      return about(request, (write, me, other) => answerAsk(write, me, other, request.body.answer));
    },

    listAsks: ({ login, query }) => listReceivedAsks(store.db, login.account, query.before, now()),

    giveGrant: (request) =>
      changing((write, me, other) => giveGrant(write, me, other, request.body))(request),
    changeGrant: (request) =>
      changing((write, me, other) => changeGrant(write, me, other, request.body))(request),
    endGrant: changing(endGrant),
    listGrants: ({ login, query }) => listGrants(store.db, login.account, query.after, now()),
    revokeCallBack: changing(revokeCallBack),

    listAttempts: ({ login, query }) => listAttempts(store.db, login.account, query.before),
    clearAttempts: ({ login }) => store.write((write) => clearAttempts(write, login.account)),
  };
}

function refuseUnasked(asked: Asked, handle: Handle): void {
  switch (asked) {
    case "asked":
      return;
    case "already-asked":
      throw new RefusedError(
        "already-asked",
        `You asked @${handle} already. Withdraw it first, or wait for their answer.`,
      );
    case "ask-refused":
      throw new RefusedError(
        "ask-refused",
        `You can't ask @${handle} to call just now. You can write to them.`,
      );
  }
}
