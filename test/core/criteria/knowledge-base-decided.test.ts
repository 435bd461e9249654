import { describe, expect, test } from '@jest/globals';
import { knowledgeBaseDecided } from '../../../src/core/criteria/knowledge-base-decided.ts';
import type { TicketRecord } from '../../../src/core/ticket.ts';
import { aPolicy } from '../../support/a-policy.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { foundBy } from '../found-by.ts';

describe('knowledge-base-decided (step-5)', () => {
  test.each<readonly [string, Partial<TicketRecord>, string | readonly string[]]>([
    ['met when an article was created', { kbDecision: 'created' }, 'met'],
    ['met when an article was updated', { kbDecision: 'updated' }, 'met'],
    ['met when the article exists already', { kbDecision: 'exists' }, 'met'],
    [
      'met when none is needed, with the reason',
      { kbDecision: 'not-needed', kbNote: 'Разовый сбой' },
      'met',
    ],
    ['returned when nothing was decided', { kbDecision: null }, ['kb-decision-missing']],
    [
      'returned when there is a note but no decision',
      { kbDecision: null, kbNote: 'Разовый сбой' },
      ['kb-decision-missing'],
    ],
    [
      'returned when none is needed and nobody says why',
      { kbDecision: 'not-needed', kbNote: '-' },
      ['kb-reason-missing'],
    ],
  ])('step 5 · %s', (_title, record, found) => {
    expect(foundBy(knowledgeBaseDecided, aTicket({ record }))).toEqual(found);
  });

  test.each([
    ['exists', 'exists'],
    [null, 'none'],
  ] as const)('step 5 · the journal keeps the decision: %s → %s', (kbDecision, kept) => {
    const ticket = aTicket({ record: { kbDecision } });

    expect(knowledgeBaseDecided.check(ticket, 'confirmed', aPolicy()).evidence).toEqual({
      kbDecision: kept,
    });
  });
});
