import type { Audience, CallSettings, Preset } from "@ringfence/protocol";

export const presetNames: Readonly<Record<Preset, string>> = {
  private: "Private",
  "like-x": "Like X",
};

/** What a preset sets, one line each, in words short enough for a column on a phone. */
export const presetLines: readonly { name: string; words: (settings: CallSettings) => string }[] = [
  { name: "Calls", words: ({ calling }) => (calling === "on" ? "On" : "Off") },
  { name: "Who may ring", words: ({ audiences }) => audiencesWords(audiences) },
  {
    name: "Who may ask",
    words: ({ asking }) => (asking === "nobody" ? "Nobody" : "Anyone you write with"),
  },
  {
    name: "Fading",
    words: ({ fading, fadingDays }) => (fading ? `After ${fadingDays} days` : "Off"),
  },
  { name: "Calling back", words: ({ callBack }) => (callBack ? "For a day" : "Off") },
  {
    name: "Three unanswered rings",
    words: ({ unansweredLimit }) => (unansweredLimit ? "Have to ask" : "Ring on"),
  },
  { name: "My address", words: ({ hideAddress }) => (hideAddress ? "Hidden" : "May show") },
  {
    name: "Quiet hours",
    words: ({ quietHours }) => (quietHours.periods.length === 0 ? "None" : "As you set them"),
  },
];

function audiencesWords(audiences: readonly Audience[]): string {
  if (audiences.length === 0) return "No group";
  return audiences.map((audience) => audienceNames[audience]).join(", ");
}

const audienceNames: Readonly<Record<Audience, string>> = {
  "address-book": "Address book",
  mutuals: "Mutuals",
  "people-i-follow": "People I follow",
  vouched: "Vouched",
  everyone: "Everyone",
};
