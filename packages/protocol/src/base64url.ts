import { z } from "zod";

/** RFC 4648 §5, without padding. Whether the bytes mean anything is for whoever reads them. */
export const Base64url = z.string().regex(/^[A-Za-z0-9_-]*$/, "It must be base64url.");
