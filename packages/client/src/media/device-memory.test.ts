import { describe, expect, test } from "vitest";
import { DeviceMemory } from "./device-memory.ts";

function storage(text: string | null = null) {
  const kept = { text };
  return {
    kept,
    getItem: () => kept.text,
    setItem: (_key: string, value: string) => void (kept.text = value),
  };
}

const headset = { id: "h", label: "Headset" };
const allOn = { noiseSuppression: true, echoCancellation: true, autoGainControl: true };

function refuse(): never {
  throw new DOMException("no", "SecurityError");
}

describe("the choice of devices", () => {
  test("is there again in the next page, each part by itself", () => {
    const browser = storage();
    const first = new DeviceMemory(browser);
    first.keep({ microphone: headset });
    new DeviceMemory(browser).keep({ sound: { ...allOn, noiseSuppression: false } });
    first.keep({ camera: { id: "c", label: "Camera" } });
    expect(new DeviceMemory(browser).recall()).toEqual({
      microphone: headset,
      camera: { id: "c", label: "Camera" },
      speaker: null,
      sound: { ...allOn, noiseSuppression: false },
    });
  });

  test.each([null, "", "{", "7", '{"microphone":{"id":1},"sound":{"echoCancellation":"no"}}'])(
    "is the browser's own where %j is kept",
    (text) => {
      expect(new DeviceMemory(storage(text)).recall()).toEqual({
        microphone: null,
        camera: null,
        speaker: null,
        sound: allOn,
      });
    },
  );

  test("lasts as long as the page where a browser keeps nothing", () => {
    const memory = new DeviceMemory({ getItem: refuse, setItem: refuse });
    memory.keep({ speaker: headset });
    expect(memory.recall().speaker).toEqual(headset);
  });
});
