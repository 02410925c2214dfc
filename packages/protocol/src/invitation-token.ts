import { z } from "zod";

/** What stands behind the `#` of an invitation's link. The server keeps its hash only. */
export const InvitationToken = z.string().min(1).max(100);
