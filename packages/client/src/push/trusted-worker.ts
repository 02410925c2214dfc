/** Trusted Types, as far as they are used here; TypeScript's own types have none of it. */
declare const trustedTypes:
  | {
      createPolicy(
        name: string,
        rules: { createScriptURL(url: string): string },
      ): { createScriptURL(url: string): string };
    }
  | undefined;

/**
 * The address of the service worker's script, in a form that a page under
 * `require-trusted-types-for 'script'` may run. The server's policy allows this one policy, by its
 * name and once, so that nothing else in the page can turn a text into code.
 *
 * @param path fixed when the app was built
 */
export function trustWorker(path: string): string {
  if (typeof trustedTypes === "undefined") return path;
  const policy = trustedTypes.createPolicy("ringfence-service-worker", {
    createScriptURL(url) {
      if (url !== path) throw new TypeError("Only the service worker's own script is allowed.");
      return url;
    },
  });
  return policy.createScriptURL(path);
}
