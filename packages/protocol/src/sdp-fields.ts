import { z } from "zod";

/** The small words of an SDP line. Each takes untrusted text and looks at all of it. */

/** An IPv4 or IPv6 literal: never a host name, of which `.local` is one. */
export function isAddress(text: string): boolean {
  return z.ipv4().safeParse(text).success || z.ipv6().safeParse(text).success;
}

/** The address that says nothing of where anybody is (RFC 8839 §4.3.1; RFC 4291 §2.5.2). */
export function isUnspecified(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/**
 * An address at which another machine may be: of the internet, or of one network at home or at
 * work. Not one's own machine, one cable, or many machines at once (RFC 6890).
 */
export function isReachable(address: string): boolean {
  if (address.includes(":")) return /^(?:[23][0-9a-f]{3}|f[cd][0-9a-f]{2}):/i.test(address);
  const [first = 0, second] = address.split(".").map(Number);
  return first !== 0 && first !== 127 && first < 224 && !(first === 169 && second === 254);
}

/** A name for this call alone, which is looked up in one's own network and nowhere else. */
export function isLocalName(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local$/.test(text);
}

/** A decimal number without sign or leading zeros, up to `max`. */
export function isNumber(text: string, max: number): boolean {
  const value = Number(text);
  return Number.isInteger(value) && String(value) === text && value >= 0 && value <= max;
}

/** A whole number of up to 64 bits, which is more than a JavaScript number holds. */
export function isDigits(text: string): boolean {
  return /^[0-9]{1,20}$/.test(text);
}

/** RFC 8839 §5.1 and §5.4 ice-char, of which ufrag, pwd and foundation are made. */
export function isIceText(text: string, charactersMin: number, charactersMax: number): boolean {
  return (
    text.length >= charactersMin && text.length <= charactersMax && /^[A-Za-z0-9+/]*$/.test(text)
  );
}

/** RFC 8866 §9 token, as in a `mid`. */
export function isToken(text: string, charactersMax: number): boolean {
  return text.length <= charactersMax && /^[A-Za-z0-9!#$%&'*+.^_`{|}~-]+$/.test(text);
}
