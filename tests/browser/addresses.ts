/** Every IPv4 address that stands in a text, in the order they stand. */
export function addressesIn(text: string): string[] {
  return text.match(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g) ?? [];
}
