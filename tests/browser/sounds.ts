import type { Page } from "@playwright/test";
import type { PersonAtDevice } from "./people.ts";

declare global {
  interface Window {
    soundsMade: number;
  }
}

/** Counts, from before the first script of every page, each note and each vibration. */
export async function countSounds({ context }: PersonAtDevice): Promise<void> {
  await context.addInitScript(() => {
    window.soundsMade = 0;
    const start = Reflect.get(OscillatorNode.prototype, "start");
    OscillatorNode.prototype.start = function (...when) {
      window.soundsMade++;
      start.apply(this, when);
    };
    navigator.vibrate = () => {
      window.soundsMade++;
      return true;
    };
  });
}

export const soundsOf = (page: Page) => page.evaluate(() => window.soundsMade);

/** The same, where every page may ring: as if *Let Ringfence ring* had been pressed before. */
export async function countSoundsOfRings(person: PersonAtDevice): Promise<void> {
  await countSounds(person);
  await person.context.addInitScript(() => localStorage.setItem("ringfence.sound", "allowed"));
}
