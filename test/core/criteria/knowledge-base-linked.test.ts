import { describe, expect, test } from '@jest/globals';
import { knowledgeBaseLinked } from '../../../src/core/criteria/knowledge-base-linked.ts';
import { decideClosing } from '../../../src/core/decide-closing.ts';
import type { TicketRecord } from '../../../src/core/ticket.ts';
import { aPolicy } from '../../support/a-policy.ts';
import { NOON, aTicket } from '../../support/a-ticket.ts';
import { foundBy } from '../found-by.ts';

const ARTICLE = 'https://portal.example/note/document/77/';

describe('knowledge-base-linked (step-5)', () => {
  test.each<readonly [string, Partial<TicketRecord>, string | readonly string[]]>([
    ['met by a link in the note', { kbNote: `Статья о шлагбауме: ${ARTICLE}.` }, 'met'],
    ['met by any https link in the note', { kbNote: 'https://wiki.example/a' }, 'met'],
    ['met by an article among the resources', { resources: ['https://x.example', ARTICLE] }, 'met'],
    ['a gap when nothing leads to the article', { kbNote: 'Статья есть' }, ['kb-link-missing']],
    [
      'a gap when only some other resource is linked',
      { resources: ['https://vendor.example/manual'] },
      ['kb-link-missing'],
    ],
    ['a gap when the link is not safe', { kbNote: 'http://wiki.example/a' }, ['kb-link-not-https']],
    ['not asked when no article is needed', { kbDecision: 'not-needed' }, 'not-applicable'],
    ['not asked before the decision', { kbDecision: null }, 'not-applicable'],
  ])('step 5 · %s', (_title, record, found) => {
    const ticket = aTicket({ record: { kbDecision: 'exists', resources: [], ...record } });

    expect(foundBy(knowledgeBaseLinked, ticket)).toEqual(found);
  });

  test('step 5 · a missing link is a warning of the regulation’s own policy: it returns nothing', () => {
    const ticket = aTicket({ record: { kbDecision: 'created', kbNote: '', resources: [] } });
    const context = { now: NOON, recentReturns: 0 };

    expect(decideClosing(ticket, aPolicy(), context)).toMatchObject({ kind: 'pass' });
  });
});
