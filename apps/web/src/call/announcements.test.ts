import type { CallTrust, CurrentCall } from "@ringfence/client";
import { expect, test } from "vitest";
import { announcementsOf } from "./announcements.ts";

const picture = {} as MediaStream;
const quiet = {
  with: { handle: "bob", displayName: "Bob" },
  phase: "connected",
  isMuted: false,
  isCameraOn: false,
  localScreen: null,
  remoteIsMuted: false,
  remoteMicrophone: "on",
  remoteIsCameraOn: false,
  remoteIsPaused: false,
  remoteScreen: null,
  trust: { level: "not-compared", emoji: null, question: null },
} as unknown as CurrentCall;

function at(level: CallTrust["level"]): CallTrust {
  return { ...quiet.trust, level };
}

test.each<[Partial<CurrentCall>, Partial<CurrentCall>, string[]]>([
  [{}, {}, []],
  [{ phase: "connecting" }, {}, ["Connected to @bob."]],
  [{ phase: "reconnecting" }, {}, ["Connected again."]],
  [{}, { isMuted: true }, ["You are muted."]],
  [{ isMuted: true }, {}, ["You are not muted any more."]],
  [{}, { isCameraOn: true }, ["Your camera is on."]],
  [{}, { trust: at("compared") }, ["Compared with @bob."]],
  [{ trust: at(null) }, { trust: at("compared") }, []],
  [{}, { remoteIsMuted: true, remoteMicrophone: "muted" }, ["@bob is muted."]],
  [{ remoteIsMuted: true, remoteMicrophone: "muted" }, { remoteMicrophone: "none" }, []],
  [{}, { remoteIsCameraOn: true }, ["The camera of @bob is on."]],
  [{ remoteIsCameraOn: true }, {}, ["The camera of @bob is off."]],
  [{ remoteIsCameraOn: true }, { remoteIsPaused: true }, []],
  [{}, { remoteScreen: picture }, ["@bob shares a screen."]],
  [{ localScreen: picture }, {}, ["You stopped sharing your screen."]],
  [
    { remoteScreen: picture, remoteIsMuted: true, remoteMicrophone: "muted" },
    {},
    ["@bob is not muted any more.", "@bob stopped sharing."],
  ],
  [{ isCameraOn: true, remoteIsCameraOn: true }, { phase: "ended" }, []],
])("from %o to %o one hears %o", (before, now, sentences) => {
  expect(announcementsOf({ ...quiet, ...before }, { ...quiet, ...now })).toEqual(sentences);
});
