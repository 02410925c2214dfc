import { randomBytes } from "node:crypto";
import { doctorAuthorization, doctorKey, isAnswerProof } from "../../http/doctor-proof.ts";
import { DoctorAnswer, doctorPath, doctorProofHeader } from "../../http/doctor-route.ts";
import { type HttpOutcome, askHttp } from "./ask-http.ts";

/** Who answered at an address. */
export type ServerOutcome =
  /** This server, by its proof. */
  | {
      readonly outcome: "ours";
      readonly answer: DoctorAnswer;
      readonly date: string | undefined;
      readonly tookMs: number;
    }
  | { readonly outcome: "stranger"; readonly http: Extract<HttpOutcome, { outcome: "answered" }> }
  | { readonly outcome: "failed"; readonly code: string };

const nonceBytes = 16;

/**
 * Asks whether the server that holds the secret answers at an origin.
 *
 * @param options.asOrigin the origin that a browser would name
 * @param options.wantsRelay asks for credentials too, which only this machine is given
 */
export async function askServer(
  at: string,
  secret: string,
  options: { asOrigin: string; wantsRelay?: boolean },
): Promise<ServerOutcome> {
  const key = doctorKey(secret);
  const nonce = randomBytes(nonceBytes).toString("base64url");
  const query = options.wantsRelay === true ? "?relay" : "";
  const http = await askHttp(`${at}${doctorPath}${query}`, {
    authorization: doctorAuthorization(key, nonce, Date.now()),
    origin: options.asOrigin,
  });
  if (http.outcome === "failed") return http;
  const proof = http.headers[doctorProofHeader];
  if (typeof proof !== "string" || !isAnswerProof(proof, key, nonce, http.body)) {
    return { outcome: "stranger", http };
  }
  const answer = DoctorAnswer.parse(JSON.parse(http.body));
  return { outcome: "ours", answer, date: http.headers.date, tookMs: http.tookMs };
}
