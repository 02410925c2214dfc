import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { buildServiceWorker } from "./build-service-worker.ts";
import { compressBuild } from "./compress-build.ts";
import { signAssets } from "./sign-assets.ts";

/** Where `npm run dev` runs the server. */
const server = "http://localhost:8480";

export default defineConfig({
  plugins: [react(), signAssets(), compressBuild(), buildServiceWorker()],
  server: { proxy: { "/api": { target: server, ws: true } } },
  build: {
    // Everything is a file of its own origin: the server's policy allows no inline script or style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
