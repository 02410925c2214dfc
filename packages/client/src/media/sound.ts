import { clientLimits } from "../limits.ts";

/** The sounds of a call that nobody recorded: they are made of a few sine waves. */
export interface Sound {
  /**
   * Asks the browser to let this page make sound; it does so during a gesture of the person.
   *
   * @returns whether it may
   */
  start(): Promise<boolean>;
  /** Plays, again and again but for `waiting`, until the returned function stops it at once. */
  play(tone: Tone): () => void;
}

export type Tone = "ring" | "ringback" | "waiting";

interface Note {
  atMs: number;
  lengthMs: number;
  hertz: number;
  /** 0 to 1. */
  volume: number;
}

interface Pattern {
  /** null: once. */
  everyMs: number | null;
  notes: readonly Note[];
  /** As `navigator.vibrate` takes it: on, off, on, in milliseconds. */
  vibration: number[];
}

/** A falling third, twice, like two soft bells; and the far end's quiet single tone. */
const patterns: Record<Tone, Pattern> = {
  ring: {
    everyMs: 3_000,
    notes: [
      { atMs: 0, lengthMs: 700, hertz: 783.99, volume: 0.5 },
      { atMs: 260, lengthMs: 900, hertz: 659.25, volume: 0.5 },
      { atMs: 1_000, lengthMs: 700, hertz: 783.99, volume: 0.5 },
      { atMs: 1_260, lengthMs: 900, hertz: 659.25, volume: 0.5 },
    ],
    vibration: [350, 150, 350],
  },
  ringback: {
    everyMs: 4_000,
    notes: [{ atMs: 0, lengthMs: 1_200, hertz: 440, volume: 0.06 }],
    vibration: [],
  },
  waiting: {
    everyMs: null,
    notes: [{ atMs: 0, lengthMs: 600, hertz: 587.33, volume: 0.1 }],
    vibration: [],
  },
};

export function browserSound(): Sound {
  let context: AudioContext | null = null;
  return {
    async start() {
      if (!("AudioContext" in globalThis)) return false;
      context ??= new AudioContext();
      return await resume(context);
    },
    play(tone) {
      if (context === null) return () => {};
      // A phone that slept has stopped it: the sound begins where this takes it up again.
      void context.resume().catch(() => {});
      return playPattern(context, patterns[tone]);
    },
  };
}

/** Outside a gesture a browser leaves it waiting for one; the caller asks again with the next. */
async function resume(context: AudioContext): Promise<boolean> {
  if (context.state !== "running") {
    await Promise.race([
      context.resume().catch(() => {}),
      new Promise<void>((resolve) => setTimeout(resolve, clientLimits.soundStartMs)),
    ]);
  }
  return isRunning(context);
}

function isRunning(context: AudioContext): boolean {
  return context.state === "running";
}

function playPattern(context: AudioContext, pattern: Pattern): () => void {
  const output = context.createGain();
  output.connect(context.destination);
  const round = () => {
    for (const note of pattern.notes) playNote(context, output, note);
    if (pattern.vibration.length > 0) vibrate(pattern.vibration);
  };
  round();
  const timer = pattern.everyMs === null ? undefined : setInterval(round, pattern.everyMs);
  return () => {
    clearInterval(timer);
    output.disconnect();
    if (pattern.vibration.length > 0) vibrate([]);
  };
}

function playNote(context: AudioContext, output: GainNode, note: Note): void {
  const begin = context.currentTime + note.atMs / 1_000;
  const end = begin + note.lengthMs / 1_000;
  const wave = context.createOscillator();
  wave.frequency.value = note.hertz;
  const envelope = context.createGain();
  // A quick rise and a long fall, as a bell has it; a step would click.
  envelope.gain.setValueAtTime(0, begin);
  envelope.gain.linearRampToValueAtTime(note.volume, begin + 0.02);
  envelope.gain.exponentialRampToValueAtTime(0.001, end);
  wave.connect(envelope).connect(output);
  wave.start(begin);
  wave.stop(end);
}

function vibrate(pattern: number[]): void {
  if ("vibrate" in navigator) navigator.vibrate(pattern);
}
