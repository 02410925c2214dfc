import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TestPage } from "../../test/test-page.ts";
import { browserRemoteAudio } from "./remote-audio.ts";

/** The page's one audio element, in a browser that plays when the test says so. */
const element = {
  mayPlay: true,
  played: 0,
  srcObject: null as unknown,
  async play() {
    this.played += 1;
    if (!this.mayPlay) throw new DOMException("no gesture", "NotAllowedError");
  },
  pause() {},
};
const track = {} as MediaStreamTrack;

beforeEach(() => {
  Object.assign(element, { mayPlay: true, played: 0 });
  // Functions, since both are called with `new`.
  vi.stubGlobal("Audio", function audio() {
    return element;
  });
  vi.stubGlobal("MediaStream", function stream() {});
});
afterEach(() => void vi.unstubAllGlobals());

function open() {
  const page = new TestPage();
  const held = vi.fn<(isHeld: boolean) => void>();
  return { page, held, audio: browserRemoteAudio(page, held) };
}

test("a call that the page itself began is heard at once", async () => {
  const { audio, held, page } = open();
  audio.play(track);
  await vi.waitFor(() => expect(element.played).toBe(1));
  page.happen("gesture");
  expect(element.played).toBe(1);
  expect(held).not.toHaveBeenCalled();
});

test("one that a notification began says that it is held, until a gesture", async () => {
  element.mayPlay = false;
  const { audio, held, page } = open();
  audio.play(track);
  await vi.waitFor(() => expect(held.mock.calls).toEqual([[true]]));
  element.mayPlay = true;
  page.happen("gesture");
  await vi.waitFor(() => expect(held.mock.calls).toEqual([[true], [false]]));
  page.happen("gesture");
  expect(element.played).toBe(2);
});

test("a gesture that a browser does not count leaves it held", async () => {
  element.mayPlay = false;
  const { audio, held, page } = open();
  audio.play(track);
  await vi.waitFor(() => expect(held).toHaveBeenCalledTimes(1));
  page.happen("gesture");
  await vi.waitFor(() => expect(element.played).toBe(2));
  element.mayPlay = true;
  page.happen("gesture");
  await vi.waitFor(() => expect(held.mock.calls).toEqual([[true], [false]]));
});

test("what is over is played no more", async () => {
  element.mayPlay = false;
  const { audio, held, page } = open();
  audio.play(track);
  await vi.waitFor(() => expect(held).toHaveBeenCalledTimes(1));
  audio.close();
  page.happen("gesture");
  expect(element.played).toBe(1);
});
