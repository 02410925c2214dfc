import { readFileSync } from "node:fs";
import { checkDescription } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { evenOutSound } from "./even-sound.ts";
import { hideAddresses } from "./hide-addresses.ts";

function fixture(name: string): string {
  const url = new URL(`../../../protocol/fixtures/${name}.sdp`, import.meta.url);
  return hideAddresses(readFileSync(url, "utf8").replaceAll("\n", "\r\n"));
}

const chromium = fixture("chromium-156-offer");
const firefox = fixture("firefox-like-offer");

function soundOf(sdp: string): string[] {
  const section = sdp.split(/^(?=m=)/m).find((one) => one.startsWith("m=audio"));
  return section?.split("\r\n") ?? [];
}

const aboutSound = /^(?:m=|a=(?:rtpmap|fmtp|rtcp-fb|extmap):)/;
const mattersOf = (sdp: string) => soundOf(sdp).filter((line) => aboutSound.test(line));
const restOf = (sdp: string) => soundOf(sdp).filter((line) => !aboutSound.test(line));
const othersOf = (sdp: string) => sdp.split(/^(?=m=)/m).filter((one) => !one.startsWith("m=audio"));

describe("a description with sound of one size", () => {
  test("asks for Opus at a constant rate without pauses, and for nothing that falls silent: Chromium", () => {
    expect(mattersOf(evenOutSound(chromium))).toEqual([
      "m=audio 9 UDP/TLS/RTP/SAVPF 111 9",
      "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
      "a=rtpmap:111 opus/48000/2",
      "a=rtcp-fb:111 transport-cc",
      "a=rtpmap:9 G722/8000",
      "a=fmtp:111 minptime=10;useinbandfec=1;cbr=1;usedtx=0",
    ]);
  });

  test("asks for the same of a Firefox", () => {
    expect(mattersOf(evenOutSound(firefox))).toEqual([
      "m=audio 9 UDP/TLS/RTP/SAVPF 109 9",
      "a=rtpmap:109 opus/48000/2",
      "a=rtpmap:9 G722/8000/1",
      "a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1;cbr=1;usedtx=0",
    ]);
  });

  test("has G.722 first where this browser has no constant rate", () => {
    expect(soundOf(evenOutSound(chromium, "g722"))[0]).toBe("m=audio 9 UDP/TLS/RTP/SAVPF 9 111");
  });

  test.each(["chromium-156-offer", "chromium-156-answer", "firefox-like-offer"])(
    "is allowed, and says the same of pictures and of the connection: %s",
    (name) => {
      const before = fixture(name);
      const after = evenOutSound(before);
      expect(checkDescription(after)).toEqual({ allowed: true });
      expect(othersOf(after)).toEqual(othersOf(before));
      expect(restOf(after)).toEqual(restOf(before));
    },
  );

  test("stays as it is when that was done before", () => {
    for (const first of ["opus", "g722"] as const) {
      const once = evenOutSound(chromium, first);
      expect(evenOutSound(once, first)).toBe(once);
    }
  });

  test.each([
    ["says the opposite", "a=fmtp:111 cbr=0;usedtx=1;useinbandfec=1"],
    ["says it in other letters", "a=fmtp:111 CBR=0; useDTX=1;useinbandfec=1"],
    ["says it twice", "a=fmtp:111 usedtx=1\r\na=fmtp:111 cbr=0;useinbandfec=1"],
  ])("is made of one that %s", (_, line) => {
    const hostile = chromium.replace("a=fmtp:111 minptime=10;useinbandfec=1", line);
    expect(hostile).not.toBe(chromium);
    expect(mattersOf(evenOutSound(hostile)).filter((one) => one.startsWith("a=fmtp"))).toEqual([
      "a=fmtp:111 useinbandfec=1;cbr=1;usedtx=0",
    ]);
  });

  test("is made of one that has no parameters for Opus at all", () => {
    const silent = chromium.replace("a=fmtp:111 minptime=10;useinbandfec=1\r\n", "");
    expect(mattersOf(evenOutSound(silent))).toContain("a=fmtp:111 cbr=1;usedtx=0");
  });

  test("does not touch a section of sound that is refused", () => {
    const refused = chromium.replace("m=audio 9", "m=audio 0");
    expect(evenOutSound(refused)).toBe(refused);
  });
});
