import { TestDevices } from "../../packages/client/test/test-media.ts";

/** A microphone that opens as soon as it is asked for, and no camera. */
export class SimulatedDevices extends TestDevices {
  override open(options: { camera: boolean }): void {
    super.open(options);
    this.become({ microphone: "on" });
    this.events.onTrack("microphone", { kind: "audio" } as MediaStreamTrack);
  }
}
