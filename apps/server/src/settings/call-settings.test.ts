import {
  type CallSettings,
  CallSettingsChange,
  initialCallSettings,
  presets,
} from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Person,
  type ServerUnderTest,
  dumpOf,
  startServer,
  write,
} from "../http/server-under-test.ts";

let server: ServerUnderTest;
let bob: Person;

beforeEach(async () => {
  server = await startServer();
  bob = await server.signUp("bob");
});
afterEach(() => server[Symbol.asyncDispose]());

const quietChange: CallSettingsChange = {
  quietHours: {
    timeZone: "Europe/Berlin",
    periods: [{ days: ["mon", "sun"], from: 1_320, to: 420 }],
  },
  doNotDisturb: { isOn: true, until: 1_900_000_000_000 },
};

const change = (settings: CallSettingsChange) => bob.send("PATCH", "/api/settings/calls", settings);

async function acquainted(handle: string): Promise<Person> {
  const person = await server.signUp(handle);
  await write(person, "bob", "hello");
  await write(bob, handle, "hello");
  return person;
}

describe("call settings", () => {
  test("begin with no choice made, and nobody can go back to that", async () => {
    const { body } = await bob.send("GET", "/api/settings/calls");
    expect(body).toEqual(initialCallSettings);
    expect(CallSettingsChange.safeParse({ calling: "unset" }).success).toBe(false);
  });

  test("change by what the change names, and all devices of the account are told", async () => {
    const steps: CallSettingsChange[] = [
      { calling: "on" },
      { audiences: ["vouched", "mutuals", "address-book"] },
      { hideAddress: false },
      { calling: "off", audiences: ["people-i-follow"] },
      { asking: "nobody", fading: false },
      { fading: true, fadingDays: 30 },
      { callBack: false, unansweredLimit: false },
      quietChange,
      { doNotDisturb: { isOn: false, until: null } },
      presets["like-x"],
      presets.private,
    ];
    let expected = initialCallSettings;
    for (const asked of steps) {
      expected = { ...expected, ...asked } as CallSettings;
      if (asked.audiences?.[0] === "vouched") {
        expected = { ...expected, audiences: ["address-book", "mutuals", "vouched"] };
      }
      expect(await change(asked)).toMatchObject({ status: 200, body: expected });
      expect(bob.told.at(-1)).toEqual({ type: "call-settings-changed", callSettings: expected });
      const { body } = await bob.send("GET", "/api/me");
      expect(body).toMatchObject({ callSettings: expected });
    }
    expect(server.callsTold).toEqual(steps.map(() => `settingsChanged ${bob.me.id}`));
  });

  test.each([
    ["a place that is no time zone", { timeZone: "Europe/Atlantis" }, "quietHours.timeZone"],
    ["an offset, wrong for half of a year", { timeZone: "+01:00" }, "quietHours.timeZone"],
    ["a minute that no day has", { from: 1_440 }, "quietHours.periods.0.from"],
    ["no day at all", { days: [] }, "quietHours.periods.0.days"],
  ])("with quiet hours of %s are refused, and nothing is lost", async (_what, wrong, field) => {
    await change(quietChange);
    const period = { days: ["fri"], from: 0, to: 60, ...wrong };
    const quietHours = { timeZone: "UTC", ...wrong, periods: [period] };
    const answer = await bob.send("PATCH", "/api/settings/calls", { quietHours });
    expect(answer).toMatchObject({ status: 400, body: { code: "malformed", field } });
    const { body } = await bob.send("GET", "/api/settings/calls");
    expect(body).toMatchObject(quietChange);
  });

  test("that are named as they are change nothing", async () => {
    await change({ calling: "on" });
    const before = (await dumpOf(server))["account"]?.map((row) => ({
      ...(row as object),
      sequence: 0,
    }));
    await change({});
    await change({ calling: "on" });
    const after = (await dumpOf(server))["account"]?.map((row) => ({
      ...(row as object),
      sequence: 0,
    }));
    expect(after).toEqual(before);
  });
});

describe("the icon of a conversation moves with the other's settings", () => {
  test("for those whom it concerns, and the others are told nothing", async () => {
    const mutual = await acquainted("mutual");
    await mutual.send("PUT", "/api/people/bob/follow");
    await bob.send("PUT", "/api/people/mutual/follow");
    const fan = await acquainted("fan");
    await fan.send("PUT", "/api/people/bob/follow");
    const stranger = await server.signUp("stranger");
    await write(stranger, "bob", "hello");
    const blocked = await acquainted("blocked");
    await bob.send("PUT", "/api/people/blocked/block");
    const everybody = [mutual, fan, stranger, blocked];
    const toldBy = async (settings: CallSettingsChange) => {
      for (const { told } of everybody) told.length = 0;
      await change(settings);
      await server.settled();
      return everybody.map(({ told }) =>
        told.map((message) => {
          if (message.type === "person-changed") return `person ${message.person.callButton}`;
          if (message.type !== "conversation-changed") return message.type;
          return `conversation ${message.conversation.callButton}`;
        }),
      );
    };
    const shown = ["person call", "conversation call"];
    const asks = ["person ask", "conversation ask"];
    const gone = ["person none", "conversation none"];
    expect(await toldBy({ calling: "on", audiences: ["mutuals"] })).toEqual([shown, [], [], []]);
    expect(await toldBy({ audiences: ["everyone"] })).toEqual([[], shown, [], []]);
    expect(await toldBy({ hideAddress: false })).toEqual([[], [], [], []]);
    await mutual.send("PATCH", "/api/settings/calls", { hideAddress: false });
    // Now a call between the two would be direct, or would be no more.
    expect(await toldBy({ hideAddress: true })).toEqual([shown, [], [], []]);
    expect(await toldBy({ hideAddress: false })).toEqual([shown, [], [], []]);
    expect(await toldBy(quietChange)).toEqual([[], [], [], []]);
    expect(await toldBy({ audiences: ["people-i-follow"] })).toEqual([[], asks, [], []]);
    expect(await toldBy({ calling: "off" })).toEqual([gone, gone, [], []]);
    expect(await toldBy({ asking: "nobody" })).toEqual([[], [], [], []]);
  });
});
