/**
 * The hue of a person's picture, in degrees: the same on every device, because it is made from the
 * handle (FNV-1a over its characters).
 */
export function hueOf(handle: string): number {
  let hash = 0x811c9dc5;
  for (const character of handle) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0) % 360;
}

/** One or two letters that stand for a name; the handle's first where the name has none. */
export function initialsOf(displayName: string, handle: string): string {
  const letters = displayName
    .split(/\s+/u)
    .map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0])
    .filter((letter) => letter !== undefined);
  const [first = handle.charAt(0), ...others] = letters;
  return (first + (others.at(-1) ?? "")).toLocaleUpperCase();
}
