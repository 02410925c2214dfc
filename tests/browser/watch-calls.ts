import type { Page } from "@playwright/test";

/** What a page did with the browser's media interfaces, kept from before its first script. */
export interface MediaUse {
  microphoneOrCameraOpened: number;
  /** Every description of another side that the browser was given. */
  remoteDescriptions: string[];
  remoteCandidatesAdded: number;
}

declare global {
  interface Window {
    ringfenceTest: MediaUse & { connections: RTCPeerConnection[] };
  }
}

/** What runs scripts in pages before their own: a context of Playwright's, or a device. */
interface BeforePages {
  addInitScript(script: () => void): Promise<unknown>;
}

/** A page of Playwright's, or what else runs scripts in one. */
interface InPage {
  evaluate<Result>(script: () => Promise<Result>): Promise<Result>;
}

/** Counts, in every page of the context, what must not happen before a tap; changes nothing. */
export async function watchCalls(context: BeforePages): Promise<void> {
  await context.addInitScript(() => {
    const seen: Window["ringfenceTest"] = {
      microphoneOrCameraOpened: 0,
      remoteDescriptions: [],
      remoteCandidatesAdded: 0,
      connections: [],
    };
    window.ringfenceTest = seen;
    const media = navigator.mediaDevices;
    const open = media.getUserMedia.bind(media);
    media.getUserMedia = (constraints) => {
      seen.microphoneOrCameraOpened++;
      return open(constraints);
    };
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        seen.connections.push(this);
        const setRemote = this.setRemoteDescription.bind(this);
        this.setRemoteDescription = (description: RTCSessionDescriptionInit) => {
          seen.remoteDescriptions.push(description.sdp ?? "");
          return setRemote(description);
        };
        const addCandidate = this.addIceCandidate.bind(this);
        this.addIceCandidate = (candidate) => {
          seen.remoteCandidatesAdded++;
          return addCandidate(candidate);
        };
      }
    };
  });
}

export function mediaUseOf(page: Page): Promise<MediaUse> {
  return page.evaluate(() => {
    const { microphoneOrCameraOpened, remoteDescriptions, remoteCandidatesAdded } =
      window.ringfenceTest;
    return { microphoneOrCameraOpened, remoteDescriptions, remoteCandidatesAdded };
  });
}

export interface MediaFigures {
  framesDecoded: number;
  audioPacketsReceived: number;
  /** Sum of the squared samples of the remote audio that was played, times their seconds. */
  audioEnergy: number;
  /** Candidate types of the selected pair, "relay/relay" where both sides are relayed. */
  selectedPair: string;
  relayProtocol: string;
  /** Of `iceServers`, the one that this side's relayed address is from. Firefox does not tell. */
  relayUrl: string;
}

/** The fields that are read here, of whichever kind of RTCStats has them. */
interface Stats {
  id: string;
  type: string;
  kind?: string;
  framesDecoded?: number;
  packetsReceived?: number;
  totalAudioEnergy?: number;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  candidateType?: string;
  relayProtocol?: string;
  url?: string;
}

/** What the page's latest connection has received so far, by getStats. */
export function mediaFiguresOf(page: InPage): Promise<MediaFigures> {
  return page.evaluate(async () => {
    const figures = {
      framesDecoded: 0,
      audioPacketsReceived: 0,
      audioEnergy: 0,
      selectedPair: "",
      relayProtocol: "",
      relayUrl: "",
    };
    const connection = window.ringfenceTest.connections.at(-1);
    if (connection === undefined) return figures;
    const report = new Map<string, Stats>();
    (await connection.getStats()).forEach((stats: Stats) => report.set(stats.id, stats));
    for (const stats of report.values()) {
      if (stats.type === "inbound-rtp" && stats.kind === "video") {
        figures.framesDecoded += stats.framesDecoded ?? 0;
      }
      if (stats.type === "inbound-rtp" && stats.kind === "audio") {
        figures.audioPacketsReceived += stats.packetsReceived ?? 0;
        figures.audioEnergy += stats.totalAudioEnergy ?? 0;
      }
      const pair = report.get(stats.selectedCandidatePairId ?? "");
      if (stats.type === "transport" && pair !== undefined) {
        const local = report.get(pair.localCandidateId ?? "");
        const remote = report.get(pair.remoteCandidateId ?? "");
        figures.selectedPair = `${local?.candidateType}/${remote?.candidateType}`;
        figures.relayProtocol = local?.relayProtocol ?? "";
        figures.relayUrl = local?.url ?? "";
      }
    }
    return figures;
  });
}
