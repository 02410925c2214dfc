import { createHash } from "node:crypto";
import type { Plugin, Rolldown } from "vite";

type Bundle = Rolldown.OutputBundle;

/**
 * Writes into the page's tags what each script and style that it names must hash to (Subresource
 * Integrity): a cache or proxy that mixes two builds, or changes one, gives a page that does not run
 * instead of another one.
 */
export function signAssets(): Plugin {
  return {
    name: "sign-assets",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== "asset" || !file.fileName.endsWith(".html")) continue;
          file.source = signTags(String(file.source), bundle);
        }
      },
    },
  };
}

function signTags(html: string, bundle: Bundle): string {
  return html.replaceAll(/ (?:src|href)="\/(assets\/[^"]+)"/g, (attribute, name: string) => {
    const file = bundle[name];
    if (file === undefined) throw new Error(`The page names ${name}, which was not built.`);
    const content = file.type === "chunk" ? file.code : file.source;
    const hash = createHash("sha384").update(content).digest("base64");
    return `${attribute} integrity="sha384-${hash}"`;
  });
}
