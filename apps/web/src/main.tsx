import { browserEnvironment, createClient } from "@ringfence/client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
// First, so that what a component says of itself comes after it and wins.
import "./theme/tokens.css";
import "./theme/base.css";
import { App } from "./app/app.tsx";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root");

const workerPath = import.meta.env.PROD ? "/service-worker.js" : null;

createRoot(root).render(
  <StrictMode>
    <App client={createClient(browserEnvironment(workerPath))} />
  </StrictMode>,
);
