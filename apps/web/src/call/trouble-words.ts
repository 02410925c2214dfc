import type { CameraState, MicrophoneState } from "@ringfence/client";

/** What keeps the microphone from being heard, and the next step; null where nothing does. */
export function microphoneTrouble(state: MicrophoneState, handle: string): string | null {
  switch (state) {
    case "on":
      return null;
    case "pending":
      return "Waiting for the microphone. If your browser asks, choose Allow.";
    case "blocked":
      return `The microphone is blocked, so @${handle} can't hear you. Allow it beside the page's address, then press Unmute.`;
    case "missing":
      return `No microphone was found, so @${handle} can't hear you. Plug one in, then press Unmute.`;
    case "in-use":
      return `Another program holds the microphone, so @${handle} can't hear you. Close it, then press Unmute.`;
  }
}

/** What keeps the camera from being seen, and the next step; null where nothing does. */
export function cameraTrouble(state: CameraState): string | null {
  switch (state) {
    case "on":
    case "off":
      return null;
    case "pending":
      return "Waiting for the camera. If your browser asks, choose Allow.";
    case "blocked":
      return "The camera is blocked; the call goes on with sound. Allow it beside the page's address, then press Camera on.";
    case "missing":
      return "No camera was found; the call goes on with sound. Plug one in, then press Camera on.";
    case "in-use":
      return "Another program holds the camera; the call goes on with sound. Close it, then press Camera on.";
  }
}
