import type { Gap, GapCode } from './decision.ts';

const CLIENTS_WORD: ReadonlySet<GapCode> = new Set([
  'confirmation-not-asked',
  'confirmation-awaited',
  'confirmation-will-be-asked',
  'product-update-unconfirmed',
]);

/** Nothing is missing but the client's word, which the app asks for: nobody has anything to mend. */
export function onlyAsksClient(gaps: readonly Gap[]): boolean {
  return gaps.length > 0 && gaps.every(({ code }) => code === 'confirmation-will-be-asked');
}

/** Nothing is missing but what only the client can say. */
export function onlyClientsWord(gaps: readonly Gap[]): boolean {
  return gaps.length > 0 && gaps.every(({ code }) => CLIENTS_WORD.has(code));
}
