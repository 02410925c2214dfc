import { type Preset, presets } from "@ringfence/protocol";
import { type PersonAtDevice, createAccount, ring, say } from "./people.ts";
import { expect, test } from "./test.ts";

/** What stands at the top right of a person's conversation with the other. */
type Seen = "nothing" | "ask" | "call";
/** What *real* and *test* see. */
type BothSee = readonly [real: Seen, test: Seen];

interface Step {
  /** As the report of the experiment says it. */
  what: string;
  /** Done by both presets alike; `real` is a long-standing account, `test` a new one. */
  act: (real: PersonAtDevice, test: PersonAtDevice, preset: Preset) => Promise<unknown>;
  /** As the report found it at X, and so what the preset *Like X* has to show. */
  likeX: BothSee;
  /** With the settings that this product recommends. */
  private: BothSee;
}

/**
 * The published experiment of 2024, in which two accounts at X were followed from strangers to
 * mutuals, step by step. The report does not say what the long-standing account had chosen; only
 * that it also let everyone ring explains what it saw.
 */
const experiment: readonly Step[] = [
  {
    what: "neither follows the other, there are no messages",
    act: async () => {},
    likeX: ["nothing", "nothing"],
    private: ["nothing", "nothing"],
  },
  {
    what: "test sent a message, which real did not accept",
    act: (_, tester) => say(tester, "real"),
    likeX: ["nothing", "nothing"],
    private: ["nothing", "nothing"],
  },
  {
    what: "real accepted the request",
    act: (real) => real.ask("POST", "/api/conversations/test/accept", {}),
    likeX: ["nothing", "call"],
    private: ["ask", "ask"],
  },
  {
    what: "test rings and nobody picks up",
    async act(real, tester, preset) {
      if (preset === "private") await letRingOnce(real, tester);
      await ringsInVain(tester, real);
    },
    likeX: ["nothing", "call"],
    // Whoever rang has agreed to be rung back, and a right for once is spent by an answer alone.
    private: ["call", "call"],
  },
  {
    what: "test rings and real picks up; afterwards real wants to ring back",
    act: (real, tester) => talk(tester, real),
    likeX: ["nothing", "call"],
    private: ["ask", "ask"],
  },
  {
    what: "test follows real, real does not follow",
    act: (_, tester) => tester.ask("PUT", "/api/people/real/follow"),
    likeX: ["nothing", "call"],
    private: ["ask", "ask"],
  },
  {
    what: "both follow each other",
    act: (real) => real.ask("PUT", "/api/people/test/follow"),
    likeX: ["call", "call"],
    private: ["call", "call"],
  },
];

test("the preset Like X shows the buttons that X showed in the published experiment", async ({
  device,
}) => {
  const [real, tester] = await Promise.all([device("real"), device("test")]);
  await begin(real, tester, "like-x");
  await real.ask("PATCH", "/api/settings/calls", { audiences: ["mutuals", "everyone"] });
  for (const { what, act, likeX } of experiment) {
    await test.step(what, async () => {
      await act(real, tester, "like-x");
      await expectBothToSee(real, tester, likeX);
    });
  }
});

test("with the settings that we recommend the same road asks before anybody is rung", async ({
  device,
}) => {
  const [real, tester] = await Promise.all([device("real"), device("test")]);
  await begin(real, tester, "private");
  for (const step of experiment) {
    await test.step(step.what, async () => {
      await step.act(real, tester, "private");
      await expectBothToSee(real, tester, step.private);
    });
  }
});

/** Both choose the preset, and leave the conversation with the other open for the whole road. */
async function begin(real: PersonAtDevice, tester: PersonAtDevice, preset: Preset): Promise<void> {
  for (const person of [real, tester]) {
    await createAccount(person);
    await person.ask("PATCH", "/api/settings/calls", presets[preset]);
  }
  await Promise.all([real.page.goto("/messages/@test"), tester.page.goto("/messages/@real")]);
}

/** By what the page shows without a reload, and by what the API says. */
async function expectBothToSee(
  real: PersonAtDevice,
  tester: PersonAtDevice,
  [realSees, testerSees]: BothSee,
): Promise<void> {
  await Promise.all([expectToSee(real, "test", realSees), expectToSee(tester, "real", testerSees)]);
}

async function expectToSee({ page }: PersonAtDevice, other: string, seen: Seen): Promise<void> {
  const buttons = {
    call: page.getByRole("button", { name: "Audio call", exact: true }),
    ask: page.getByRole("button", { name: "Ask to call" }),
    nothing: page.getByText(`You can't call @${other} here.`),
  };
  await expect(buttons[seen], `what is shown to the one who looks at @${other}`).toBeVisible();
  for (const [name, button] of Object.entries(buttons)) {
    if (name !== seen) await expect(button).toBeHidden();
  }
  const response = await page.request.get(`/api/people/${other}`);
  const { callButton } = (await response.json()) as { callButton: string };
  expect(callButton).toBe(seen === "nothing" ? "none" : seen);
}

/** Test asks, and real answers: once, within 24 hours. */
async function letRingOnce(real: PersonAtDevice, tester: PersonAtDevice): Promise<void> {
  await tester.ask("POST", "/api/people/real/ask", { reason: "" });
  await real.ask("POST", "/api/people/test/ask/answer", { answer: "once-24h" });
  await expectToSee(tester, "real", "call");
}

/** A ring that is cancelled counts as one that nobody took, and does not take 45 seconds. */
async function ringsInVain(caller: PersonAtDevice, callee: PersonAtDevice): Promise<void> {
  await ring(caller, "Audio call");
  const incoming = callee.page.getByRole("alertdialog", { name: "Incoming call" });
  await expect(incoming).toBeVisible();
  await caller.page.getByRole("button", { name: "Cancel call" }).click();
  await expect(incoming).toBeHidden();
  await putAway(caller);
}

async function talk(caller: PersonAtDevice, callee: PersonAtDevice): Promise<void> {
  await ring(caller, "Audio call");
  const incoming = callee.page.getByRole("alertdialog", { name: "Incoming call" });
  await incoming.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  for (const { page } of [caller, callee]) await expect(page.getByText(/^0:0\d$/)).toBeVisible();
  await callee.page.getByRole("button", { name: "Hang up" }).click();
  await putAway(callee);
  await putAway(caller);
}

/** What is shown of a call that is over. */
async function putAway({ page }: PersonAtDevice): Promise<void> {
  const shown = page.getByRole("region", { name: "Call", exact: true });
  await shown.getByRole("button", { name: "Close" }).click();
  await expect(shown).toBeHidden();
}
