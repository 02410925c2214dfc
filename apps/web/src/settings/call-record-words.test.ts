import { expect, it } from "vitest";
import { daysInWords, daysToChoose } from "./call-record-words.ts";

it.each([
  [{ callRecordDays: 30, callRecordDaysMax: 30 }, [0, 1, 7, 30]],
  [{ callRecordDays: 5, callRecordDaysMax: 30 }, [0, 1, 5, 7, 30]],
  [{ callRecordDays: 0, callRecordDaysMax: 400 }, [0, 1, 7, 30, 90, 365, 400]],
  [{ callRecordDays: 1, callRecordDaysMax: 1 }, [0, 1]],
])("no choice is more than the server keeps: %o", (retention, days) => {
  expect(daysToChoose(retention)).toEqual(days);
});

it("none is no time, and one is one", () => {
  expect([0, 1, 30].map(daysInWords)).toEqual(["no time", "1 day", "30 days"]);
});
