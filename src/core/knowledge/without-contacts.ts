/** Takes a client's addresses and phone numbers out of a text that many people will read. */

const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** Ten digits and more with the usual separators, after + or a leading 7 or 8; serial numbers and addresses are left. */
const PHONE =
  /(?<![\p{L}\p{N}.])(?:\+\d{1,3}|[78])[\s-]?\(?\d{3}\)?[\s-]?\d{3}[\s-]?\d{2}[\s-]?\d{2}(?![\p{L}\p{N}])/gu;

/** @param mark what stands in place of what was taken out */
export function withoutContacts(text: string, mark: string): string {
  return text.replaceAll(EMAIL, mark).replaceAll(PHONE, mark);
}
