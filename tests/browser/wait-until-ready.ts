/**
 * A program of its own, so that it can ask from inside another network: waits until the server at
 * the origin that it is given can be used, and then ends.
 */
const [origin] = process.argv.slice(2);
while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, 50));

async function isReady(): Promise<boolean> {
  const answer = await fetch(`${origin}/readyz`).catch(() => null);
  return answer?.ok === true;
}
