/**
 * `ringfence simulate`: people who do not exist sign up, write and call each other on a server that
 * somebody runs, and what they saw is reported. It comes in by the doors that browsers come in by and no
 * other, and runs the client that they run; it is not loaded by anything that serves. Start at `run.ts`,
 * then `simulation.ts`.
 *
 * @module
 */
export { SimulationReport } from "./report.ts";
export { runSimulate } from "./run.ts";
