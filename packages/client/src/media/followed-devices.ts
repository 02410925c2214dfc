import type { DeviceChange, DeviceChoice } from "../calls/calls-snapshot.ts";

/** What is known of the devices of one kind while a call lasts. Every function here is pure. */
export interface FollowedDevices {
  /** null before the browser has listed any by name. */
  choices: readonly DeviceChoice[] | null;
  /** null where none is. */
  inUse: DeviceChoice | null;
  /** It stood in a list: what a program gives out as a camera may never do so. */
  isListed: boolean;
  /** The one that the person would rather use: chosen, in this call or before, or in use when it went. */
  wished: DeviceChoice | null;
  /** What the person is told; null once it is of no more use. */
  change: DeviceChange | null;
}

/** @param remembered what the person chose in an earlier call */
export function followDevices(remembered: DeviceChoice | null): FollowedDevices {
  return { choices: null, inUse: null, isListed: false, wished: remembered, change: null };
}

/** The person chose one. */
export function wishDevice(followed: FollowedDevices, wished: DeviceChoice): FollowedDevices {
  return { ...followed, wished, change: null };
}

/** One was opened. Where another one went away, this is what took over. */
export function useDevice(followed: FollowedDevices, inUse: DeviceChoice): FollowedDevices {
  const { choices, change } = followed;
  const isSubstitute = change?.type === "gone" && change.now === null;
  return {
    ...followed,
    inUse,
    isListed: isAmong(inUse, choices ?? []),
    change: isSubstitute ? { ...change, now: inUse.label } : change,
  };
}

/** It was released: the person, or this page, has no use for it now. */
export function releaseDevice(followed: FollowedDevices): FollowedDevices {
  return { ...followed, inUse: null };
}

/** The one in use went away. Nothing has taken over yet. */
export function loseDevice(followed: FollowedDevices): FollowedDevices {
  const { inUse } = followed;
  if (inUse === null) return followed;
  const change = { type: "gone", label: inUse.label, now: null } as const;
  return { ...followed, inUse: null, wished: inUse, change };
}

/** The person has read it, or it turned out not to be so. */
export function forgetChange(followed: FollowedDevices): FollowedDevices {
  return { ...followed, change: null };
}

/** The browser's list, at first and after each change of it. */
export function listDevices(
  followed: FollowedDevices,
  choices: readonly DeviceChoice[],
): FollowedDevices {
  const { inUse } = followed;
  const isListed = followed.isListed || (inUse !== null && isAmong(inUse, choices));
  return { ...followed, choices, isListed, change: changeAfter(followed, choices) };
}

/** Whether the one in use is in the list no more, although the browser has said nothing else yet. */
export function isGone({ choices, inUse, isListed }: FollowedDevices): boolean {
  // A list without any says nothing: the person may have taken back their leave to know the names.
  if (choices === null || choices.length === 0 || inUse === null) return false;
  return isListed && !isAmong(inUse, choices);
}

function isAmong({ id }: DeviceChoice, choices: readonly DeviceChoice[]): boolean {
  return choices.some((choice) => choice.id === id);
}

/** Finds a device again, also where the browser gave it another id meanwhile. */
export function findDevice(
  wished: DeviceChoice,
  choices: readonly DeviceChoice[],
): DeviceChoice | null {
  const real = choices.filter(({ id }) => !isAlias(id));
  return (
    real.find(({ id }) => id === wished.id) ??
    real.find(({ label }) => label === wished.label || wished.label.endsWith(` - ${label}`)) ??
    null
  );
}

function changeAfter(
  { choices: before, inUse, wished, change }: FollowedDevices,
  now: readonly DeviceChoice[],
): DeviceChange | null {
  if (before === null || wished === null) return change;
  const found = findDevice(wished, now);
  const isOffered = change?.type === "back";
  // It may have gone again, or be in use again.
  if (found === null || found.id === inUse?.id) return isOffered ? null : change;
  return findDevice(wished, before) === null ? { type: "back", ...found } : change;
}

/** Chromium lists whatever the system prefers a second time, as "Default - …". */
function isAlias(id: string): boolean {
  return id === "default" || id === "communications";
}
