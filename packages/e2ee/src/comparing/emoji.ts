/**
 * What two people compare: 64 pictures that are told apart on a small screen and in words over the
 * phone. Their order is part of the protocol and is never changed.
 */
export interface Emoji {
  readonly picture: string;
  /** In English, for a screen reader and for saying aloud. */
  readonly word: string;
}

const table = `
🐶 dog,🐱 cat,🦁 lion,🐴 horse,🦄 unicorn,🐷 pig,🐘 elephant,🐰 rabbit,
🐼 panda,🐓 rooster,🐧 penguin,🐢 turtle,🐟 fish,🐙 octopus,🦋 butterfly,🌷 flower,
🌳 tree,🌵 cactus,🍄 mushroom,🌍 globe,🌙 moon,☁️ cloud,🔥 fire,🍌 banana,
🍎 apple,🍓 strawberry,🌽 corn,🍕 pizza,🎂 cake,❤️ heart,😀 smile,🤖 robot,
🎩 hat,👓 glasses,🔧 spanner,🎅 santa,👍 thumb,☂️ umbrella,⌛ hourglass,⏰ clock,
🎁 gift,💡 lamp,📕 book,✏️ pencil,📎 paperclip,✂️ scissors,🔒 padlock,🔑 key,
🔨 hammer,☎️ telephone,🏁 flag,🚂 train,🚲 bicycle,✈️ aeroplane,🚀 rocket,🏆 trophy,
⚽ ball,🎸 guitar,🎺 trumpet,🔔 bell,⚓ anchor,🎧 headphones,📁 folder,📌 pin`;

/** By the value of six bits. */
export const emojis: readonly Emoji[] = table
  .split(",")
  .map((entry) => entry.trim().split(" "))
  .map(([picture = "", word = ""]) => ({ picture, word }));

const bitsEach = 6;

/** The first so many emoji that some bytes name, six bits each, from the highest bit on. */
export function emojiOf(bytes: Uint8Array, count: number): Emoji[] {
  return Array.from({ length: count }, (_, index) => {
    const bit = index * bitsEach;
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    const emoji = emojis[(pair >> (16 - bitsEach - (bit & 7))) & (2 ** bitsEach - 1)];
    if (emoji === undefined) throw new RangeError("six bits name one of 64 emoji");
    return emoji;
  });
}
