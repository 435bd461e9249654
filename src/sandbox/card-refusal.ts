import type { ChangeOutcome } from './state/change-ticket.ts';

/** A move or edit the card refuses, with the names of the fields it asks for. */
export class CardRefusal extends Error {
  readonly fields: readonly string[];
  readonly reason: string;

  constructor(reason: string, fields: readonly string[]) {
    super(`The card refuses: ${reason} ${fields.join(', ')}`);
    this.name = 'CardRefusal';
    this.reason = reason;
    this.fields = fields;
  }
}

export function refuseOn(outcome: ChangeOutcome): void {
  const { refusal } = outcome;
  if (!refusal) {
    if (outcome.ignored.length > 0) throw new CardRefusal('unknown-field', outcome.ignored);
    return;
  }
  if (refusal.kind === 'required') throw new CardRefusal('required', refusal.fields);
  throw new CardRefusal(refusal.kind, refusal.kind === 'not-valid' ? [refusal.field] : []);
}
