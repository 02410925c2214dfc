/** Mulberry32: small, and the same everywhere for one seed. Numbers from 0 to below 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Cuts, lengthens or changes a packet in up to four places. */
export function damage(bytes: Uint8Array, random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit);
  let damaged = Buffer.from(bytes);
  for (let times = 1 + below(4); times > 0; times--) {
    const at = below(damaged.length);
    const kind = below(5);
    if (kind === 0) damaged = damaged.subarray(0, at);
    else if (kind === 1) damaged = Buffer.concat([damaged, Buffer.alloc(below(9), below(256))]);
    else if (kind === 2 && damaged.length >= 4)
      damaged.writeUInt16BE((damaged.length - 20) & 0xfffc, 2);
    else if (damaged.length > 0)
      damaged[at] = kind === 3 ? below(256) : (damaged[at] ?? 0) ^ (1 << below(8));
  }
  return damaged;
}
