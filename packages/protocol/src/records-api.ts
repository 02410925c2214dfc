import { z } from "zod";
import type { Endpoint } from "./endpoint.ts";

/** Days for which the calls of an account stand in its threads. */
export const Retention = z.object({
  /** 0: not at all. Never more than the server's own. */
  callRecordDays: z.number().int().min(0),
  /** What whoever runs the server set. */
  callRecordDaysMax: z.number().int().min(0),
});
export type Retention = z.infer<typeof Retention>;

/** One thing that the server keeps: its fields by their names in `docs/records.md`. */
const ExportedRow = z.record(z.string(), z.unknown());

/** What the server keeps of an account: until when, and all of it to take away. */
export const recordsApi = {
  getRetention: {
    method: "GET",
    path: "/api/settings/retention",
    summary: "For how many days this account's calls are kept, and how many it could be.",
    login: "required",
    response: Retention,
  },
  changeRetention: {
    method: "PUT",
    path: "/api/settings/retention",
    summary: "Keep this account's calls for so many days. Older ones go at once, for good.",
    login: "required",
    body: Retention.pick({ callRecordDays: true }),
    response: Retention,
  },
  exportAccount: {
    method: "GET",
    path: "/api/accounts/me/export",
    summary: "A page of everything that the server keeps of this account.",
    login: "required",
    query: z.object({ after: z.string().max(100).optional() }),
    response: z.object({
      /** By section; one that fills several pages goes on in the next. */
      records: z.record(z.string(), z.array(ExportedRow)),
      /** Pass as `after` for the next page; null at the end. */
      next: z.string().nullable(),
    }),
  },
} as const satisfies Record<string, Endpoint>;
