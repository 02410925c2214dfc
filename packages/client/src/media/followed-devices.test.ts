import { describe, expect, test } from "vitest";
import {
  findDevice,
  followDevices,
  forgetChange,
  isGone,
  listDevices,
  loseDevice,
  useDevice,
  wishDevice,
} from "./followed-devices.ts";

const headset = { id: "h", label: "Headset" };
const builtIn = { id: "b", label: "Built-in" };
const preferred = { id: "default", label: "Default - Headset" };

/** In a call on the headset, with a built-in one beside it. */
const onHeadset = useDevice(listDevices(followDevices(null), [headset, builtIn]), headset);
const unplugged = useDevice(listDevices(loseDevice(onHeadset), [builtIn]), builtIn);

describe("a device in use", () => {
  test("that goes away is told of, with what took over", () => {
    expect(unplugged.change).toEqual({ type: "gone", label: "Headset", now: "Built-in" });
    expect(unplugged.inUse).toEqual(builtIn);
  });

  test("that goes away with nothing to take over is told of too", () => {
    expect(listDevices(loseDevice(onHeadset), []).change).toEqual({
      type: "gone",
      label: "Headset",
      now: null,
    });
  });

  test("is missed in the list before the browser says anything of it", () => {
    expect(isGone(onHeadset)).toBe(false);
    expect(isGone(listDevices(onHeadset, [builtIn]))).toBe(true);
    // A browser that lists nothing by name says nothing by it.
    expect(isGone(listDevices(onHeadset, []))).toBe(false);
    expect(isGone(listDevices(followDevices(headset), [builtIn]))).toBe(false);
  });

  test("is not missed where it never stood in a list, as what another program makes", () => {
    const made = useDevice(listDevices(followDevices(null), [builtIn]), { id: "x", label: "Mask" });
    expect(isGone(listDevices(made, [builtIn]))).toBe(false);
  });

  test("goes away only once", () => {
    expect(loseDevice(loseDevice(onHeadset))).toEqual(loseDevice(onHeadset));
  });
});

describe("a device that went away", () => {
  const back = listDevices(unplugged, [builtIn, { id: "other", label: "Headset" }]);

  test("is offered when it comes back, also under another id", () => {
    expect(back.change).toEqual({ type: "back", id: "other", label: "Headset" });
  });

  test("is offered for as long as it is there", () => {
    expect(listDevices(back, [builtIn, { id: "other", label: "Headset" }]).change).toEqual(
      back.change,
    );
    expect(listDevices(back, [builtIn]).change).toBeNull();
  });

  test("is offered no more once it is in use, another was chosen, or the offer was read", () => {
    const taken = useDevice(wishDevice(back, headset), headset);
    expect(listDevices(taken, [builtIn, headset]).change).toBeNull();
    expect(wishDevice(back, builtIn).change).toBeNull();
    const read = forgetChange(back);
    expect(listDevices(read, read.choices ?? []).change).toBeNull();
  });

  test("was the one that the system prefers: its own name is what comes back", () => {
    const onPreferred = useDevice(
      listDevices(followDevices(null), [preferred, headset]),
      preferred,
    );
    const alone = { id: "default", label: "Default - Built-in" };
    const lost = useDevice(listDevices(loseDevice(onPreferred), [alone, builtIn]), alone);
    expect(listDevices(lost, [preferred, headset, builtIn]).change).toEqual({
      type: "back",
      ...headset,
    });
  });
});

describe("a device that was chosen in an earlier call", () => {
  test("is not offered for being there from the beginning", () => {
    const first = listDevices(useDevice(followDevices(headset), builtIn), [builtIn, headset]);
    expect(first.change).toBeNull();
    expect(listDevices(first, [builtIn, headset]).change).toBeNull();
  });

  test("is offered when it is plugged in during this one", () => {
    const first = listDevices(useDevice(followDevices(headset), builtIn), [builtIn]);
    expect(listDevices(first, [builtIn, headset]).change).toEqual({ type: "back", ...headset });
  });

  test("is found by its id, else by its name, and never as what the system prefers", () => {
    expect(findDevice(headset, [builtIn, headset])).toEqual(headset);
    expect(findDevice({ ...headset, id: "old" }, [builtIn, headset])).toEqual(headset);
    expect(findDevice(preferred, [preferred, headset])).toEqual(headset);
    expect(findDevice(headset, [builtIn])).toBeNull();
  });
});
