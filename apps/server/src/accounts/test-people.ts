import { randomUUID } from "node:crypto";

const password = "correct horse battery";

/** What a page of a server says over HTTP. */
export async function request(
  origin: string,
  cookie: string,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: { origin, cookie, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return response;
}

/** @returns the cookie of a device that is signed in to a new account */
export async function signUp(origin: string, handle: string): Promise<string> {
  const account = { handle, displayName: handle, password };
  return cookieOf(await request(origin, "", "POST", "/api/accounts", account));
}

/** @returns the cookie of one more device */
export async function signIn(origin: string, handle: string): Promise<string> {
  return cookieOf(await request(origin, "", "POST", "/api/login", { handle, password }));
}

/** Two new people who may ring each other. */
export async function signUpMutuals<Names extends string>(
  origin: string,
  [one, other]: readonly [Names, Names],
): Promise<Record<Names, string>> {
  const cookies = { [one]: await signUp(origin, one), [other]: await signUp(origin, other) };
  await acquaint(origin, cookies[one] ?? "", other);
  await acquaint(origin, cookies[other] ?? "", one);
  return cookies as Record<Names, string>;
}

/** One person's half of knowing another: follows, writes, and lets mutuals ring. */
export async function acquaint(origin: string, cookie: string, other: string): Promise<void> {
  await request(origin, cookie, "PUT", `/api/people/${other}/follow`);
  const message = { clientMessageId: randomUUID(), text: "Hello" };
  await request(origin, cookie, "POST", `/api/conversations/${other}/messages`, message);
  const settings = { calling: "on", audiences: ["mutuals"] };
  await request(origin, cookie, "PATCH", "/api/settings/calls", settings);
}

function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}
