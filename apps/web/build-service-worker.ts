import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { type Plugin, build } from "vite";
import { compressBuild } from "./compress-build.ts";

const entry = fileURLToPath(new URL("service-worker/service-worker.ts", import.meta.url));

/**
 * Builds the service worker beside a build of the page: one plain script at the root, so that its
 * scope is the whole app, which knows by name what of the page it keeps.
 */
export function buildServiceWorker(): Plugin {
  return {
    name: "build-service-worker",
    apply: "build",
    async writeBundle({ dir = "" }, bundle) {
      const assets = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
      const files = ["/", ...assets.toSorted().map((name) => `/${name}`)];
      // The page's own file has no hash in its name, and names all of these.
      const version = createHash("sha256").update(files.join()).digest("hex").slice(0, 16);
      await build({
        configFile: false,
        publicDir: false,
        logLevel: "warn",
        plugins: [compressBuild()],
        define: {
          shellFiles: JSON.stringify(files),
          shellVersion: JSON.stringify(version),
        },
        build: {
          outDir: dir,
          emptyOutDir: false,
          rolldownOptions: {
            input: entry,
            output: { format: "iife", entryFileNames: "service-worker.js" },
          },
        },
      });
    },
  };
}
