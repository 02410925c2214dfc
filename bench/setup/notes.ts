import type { Scripted } from "../../tests/browser/calling-device.ts";
import type { Order } from "./order.ts";

/** What a page noted of one call, each when it first happened: Unix times in milliseconds. */
export type Notes = Readonly<Partial<Record<Moment, number>>>;

export type Moment =
  /** A button took a tap: here of *Accept*. */
  | "tap"
  | "accept sent"
  | "accepted"
  | "microphone asked for"
  | "microphone open"
  | "offer set"
  | "answer sent"
  | "answer set"
  | "ice connected"
  | "dtls connected"
  /** The first sample of the other's sound that is no silence. */
  | "sound";

declare global {
  interface Window {
    ringfenceNotes: { of: Partial<Record<Moment, number>>; isHeard: Promise<void> };
    ringfenceForget: () => void;
  }
}

/** From here on it is a new call, in this order. */
export async function beginNotes(page: Scripted, order: Order): Promise<void> {
  await page.evaluate(async (next) => {
    window.ringfenceOrder = next;
    window.ringfenceForget();
  }, order);
}

/** Waits until the other side was heard. */
export async function notesOf(page: Scripted, timeoutMs: number): Promise<Notes> {
  return page.evaluate(async (waitMs) => {
    const late = new Promise((resolve) => setTimeout(resolve, waitMs));
    await Promise.race([window.ringfenceNotes.isHeard, late]);
    return window.ringfenceNotes.of;
  }, timeoutMs);
}

/** For a page to run before its own scripts: notes when what happens in a call, and changes nothing. */
export function keepNotes(): void {
  /** Below what a tone is and above what an empty decoder makes. */
  const audible = 0.001;
  const countEveryMs = 20;
  let heard = Promise.withResolvers<void>();
  let notes: Partial<Record<Moment, number>> = {};
  let context: AudioContext | undefined;
  window.ringfenceForget = () => {
    context ??= new AudioContext({ latencyHint: "interactive" });
    heard = Promise.withResolvers();
    notes = {};
    window.ringfenceNotes = { of: notes, isHeard: heard.promise };
  };
  const note = (moment: Moment, at = Date.now()) => void (notes[moment] ??= at);

  // When the browser got it, and not when this script had its turn.
  const onTap = ({ timeStamp }: Event) => note("tap", Date.now() - performance.now() + timeStamp);
  addEventListener("click", onTap, { capture: true });

  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    note("microphone asked for");
    const stream = await open(constraints);
    note("microphone open");
    return stream;
  };

  const Socket = WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...parameters: ConstructorParameters<typeof WebSocket>) {
      super(...parameters);
      super.addEventListener("message", ({ data }) => {
        if (String(data).includes('"type":"accepted"')) note("accepted");
      });
    }
    override send(data: Parameters<WebSocket["send"]>[0]): void {
      const text = typeof data === "string" ? data : "";
      const isAccept = text.includes('"type":"accept"');
      if (isAccept) note("accept sent");
      const hasAnswer = isAccept && !text.includes('"answer":null');
      if (hasAnswer || text.includes('"type":"answer"')) note("answer sent");
      super.send(data);
    }
  };

  const hear = () => {
    note("sound");
    heard.resolve();
  };
  const listen = (by: AudioContext, track: MediaStreamTrack) => {
    const source = by.createMediaStreamSource(new MediaStream([track]));
    // What replaced it is code that the page's own policy would have to allow.
    const ear = by.createScriptProcessor(256, 1, 1);
    ear.addEventListener("audioprocess", ({ inputBuffer }) => {
      if (!inputBuffer.getChannelData(0).some((sample) => Math.abs(sample) > audible)) return;
      hear();
      source.disconnect();
      ear.disconnect();
    });
    source.connect(ear).connect(by.destination);
  };
  // Without a sound card Firefox starts no Web Audio. It counts what it decoded all the same.
  const count = async (receiver: RTCRtpReceiver) => {
    while (receiver.track.readyState === "live") {
      const report = (await receiver.getStats()) as ReadonlyMap<
        string,
        { totalAudioEnergy?: number }
      >;
      if ([...report.values()].some(({ totalAudioEnergy = 0 }) => totalAudioEnergy > 0))
        return hear();
      await new Promise((resolve) => setTimeout(resolve, countEveryMs));
    }
  };

  const Connection = RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener("track", ({ track, receiver }) => {
        if (track.kind !== "audio") return;
        if (context?.state === "running") listen(context, track);
        else void count(receiver);
      });
      this.addEventListener("iceconnectionstatechange", () => {
        if (this.iceConnectionState === "connected") note("ice connected");
      });
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") note("dtls connected");
      });
      const setRemote = this.setRemoteDescription.bind(this);
      this.setRemoteDescription = async (description: RTCSessionDescriptionInit) => {
        await setRemote(description);
        if (notes.tap === undefined && description.type === "offer") return;
        note(description.type === "offer" ? "offer set" : "answer set");
      };
    }
  };
}
