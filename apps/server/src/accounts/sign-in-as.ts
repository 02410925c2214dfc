import type { AccountId, Me } from "@ringfence/protocol";
import type { Store, Write } from "../store/store.ts";
import { readMe } from "./accounts.ts";
import { deviceNameOf } from "./device-name.ts";
import { type Login, type LoginParts, endLogin, startLogin } from "./logins.ts";

/** The browser that asks to be signed in. */
export interface Browser {
  /** What it was signed in to until now. */
  readonly login: Login | null;
  readonly userAgent: string;
  readonly setLogin: (token: string) => void;
}

/**
 * Signs a browser in to the account that the work names, in one transaction with the work. A
 * browser holds one login: the one that its new cookie replaces could never be used again.
 */
export async function signInAs<Found extends { account: AccountId }>(
  parts: LoginParts & { readonly store: Store },
  browser: Browser,
  work: (write: Write) => Promise<Found>,
): Promise<Found & { me: Me }> {
  const { found, token, me } = await parts.store.write(async (write) => {
    const result = await work(write);
    if (browser.login !== null) await endLogin(write, parts, browser.login);
    const started = await startLogin(write, parts, result.account, deviceNameOf(browser.userAgent));
    return { found: result, token: started.token, me: await readMe(write.db, started.login) };
  });
  browser.setLogin(token);
  return { ...found, me };
}
