import type { Scripted } from "./calling-device.ts";

export const heardThings = ["speech", "silence", "music"] as const;

export type Heard = (typeof heardThings)[number];

declare global {
  interface Window {
    hear: (heard: Heard) => void;
  }
}

/** Gives every page a microphone that hears what the test wants: speech at first. */
export async function giveMicrophone(device: Scripted): Promise<void> {
  await device.addInitScript(() => {
    let now: Heard = "speech";
    let change: (() => void) | undefined;
    window.hear = (heard) => {
      now = heard;
      change?.();
    };
    navigator.mediaDevices.getUserMedia = async () => {
      const context = new AudioContext();
      const destination = context.createMediaStreamDestination();
      const gains = { speech: speech(), silence: context.createGain(), music: music() };
      for (const gain of Object.values(gains)) gain.connect(destination);
      change = () => {
        for (const [name, { gain }] of Object.entries(gains)) gain.value = name === now ? 0.5 : 0;
      };
      change();
      void context.resume();
      return destination.stream;

      /** Five syllables a second of coloured noise, with a pause after every fourth. */
      function speech(): GainNode {
        const rate = context.sampleRate;
        const buffer = context.createBuffer(1, rate * 2, rate);
        const samples = buffer.getChannelData(0);
        let last = 0;
        for (let index = 0; index < samples.length; index++) {
          const syllable = Math.floor((index / rate) * 5);
          const shape = Math.sin(Math.PI * (((index / rate) * 5) % 1));
          last = 0.9 * last + 0.1 * (Math.random() * 2 - 1);
          samples[index] = syllable % 5 === 4 ? 0 : 4 * last * shape;
        }
        const source = context.createBufferSource();
        source.buffer = buffer;
        source.loop = true;
        source.start();
        const gain = context.createGain();
        source.connect(gain);
        return gain;
      }

      function music(): GainNode {
        const gain = context.createGain();
        for (const hertz of [220, 277.2, 329.6, 1_760]) {
          const voice = context.createOscillator();
          voice.type = "sawtooth";
          voice.frequency.value = hertz;
          voice.start();
          voice.connect(gain);
        }
        return gain;
      }
    };
  });
}

export function hear(device: Scripted, heard: Heard): Promise<void> {
  return device.evaluate(async (what) => window.hear(what), heard);
}
