import { describe, expect, test } from '@jest/globals';
import { informationComplete } from '../../../src/core/criteria/information-complete.ts';
import type { ClosingPolicy } from '../../../src/core/policy.ts';
import type { TicketRecord } from '../../../src/core/ticket.ts';
import { aPolicy } from '../../support/a-policy.ts';
import type { TicketOverrides } from '../../support/a-ticket.ts';
import { NOON, UNAVAILABLE, UNREADABLE, aConversation, aTicket } from '../../support/a-ticket.ts';
import { bundledQualityWords } from '../../../src/text/quality-words.ts';
import { foundBy } from '../found-by.ts';

const SILENT: Partial<TicketRecord> = {
  confirmation: 'not-asked',
  confirmationEvidence: '',
  askedAt: null,
};
const NO_ANSWER = aConversation(NOON, null);

const DIAGNOSED: ClosingPolicy = aPolicy({
  diagnostics: { field: 'UF_CRM_CATEGORY', values: ['device', 'network'] },
});

describe('information-complete (step-4): communication', () => {
  test.each<readonly [string, TicketOverrides, string | readonly string[]]>([
    [
      'met when the conversation has our answer',
      { conversation: aConversation(null, NOON) },
      'met',
    ],
    ['returned when nobody answered', { conversation: NO_ANSWER }, ['communication-missing']],
    [
      'unknown when nothing proves it and the conversation is unread',
      { conversation: UNREADABLE },
      'unknown:conversation',
    ],
    [
      'not applicable when nothing proves it and there is no channel',
      { conversation: UNAVAILABLE },
      'not-applicable',
    ],
  ])('step 4 · %s', (_title, ticket, found) => {
    expect(foundBy(informationComplete, aTicket({ record: SILENT, ...ticket }))).toEqual(found);
  });

  test.each<readonly [string, Partial<TicketRecord>]>([
    ['the client confirmed', { confirmation: 'confirmed' }],
    ['the agent recorded a confirmation', { confirmation: 'by-agent' }],
    ['there is evidence of a talk', { confirmationEvidence: 'Звонок 11.03' }],
    ['the client was asked', { askedAt: NOON }],
  ])('step 4 · met whatever the conversation shows when %s', (_title, proof) => {
    const record = { ...SILENT, ...proof };

    for (const conversation of [NO_ANSWER, UNREADABLE, UNAVAILABLE]) {
      const ticket = aTicket({ record, conversation });
      expect(informationComplete.check(ticket, 'confirmed', aPolicy())).toEqual({
        verdict: { status: 'met' },
        evidence: { communication: 'recorded', diagnosticsNeeded: false },
      });
    }
  });

  test.each(['rejected', 'no-answer', 'asked', null] as const)(
    'step 4 · returned when the confirmation is %s and nothing else shows a talk',
    (confirmation) => {
      const ticket = aTicket({ record: { ...SILENT, confirmation }, conversation: NO_ANSWER });

      expect(foundBy(informationComplete, ticket)).toEqual(['communication-missing']);
    },
  );
});

describe('information-complete (step-4): diagnostics', () => {
  test.each<readonly [string, TicketOverrides, string | readonly string[]]>([
    [
      'returned when the category asks for diagnostics and there are none',
      { diagnosticsCategory: 'network', record: { diagnostics: '' } },
      ['diagnostics-missing'],
    ],
    [
      'met when the category asks for diagnostics and they are there',
      { diagnosticsCategory: 'device', record: { diagnostics: 'Журнал приложен' } },
      'met',
    ],
    [
      'met when the category asks for none',
      { diagnosticsCategory: 'question', record: { diagnostics: '' } },
      'met',
    ],
    [
      'returned with both gaps at once',
      {
        diagnosticsCategory: 'device',
        record: { ...SILENT, diagnostics: '-' },
        conversation: NO_ANSWER,
      },
      ['communication-missing', 'diagnostics-missing'],
    ],
    [
      'returned for diagnostics while the conversation is unread',
      {
        diagnosticsCategory: 'device',
        record: { ...SILENT, diagnostics: '' },
        conversation: UNREADABLE,
      },
      ['diagnostics-missing'],
    ],
    [
      'unknown when diagnostics are there and the conversation is unread',
      { diagnosticsCategory: 'device', record: SILENT, conversation: UNREADABLE },
      'unknown:conversation',
    ],
    [
      'judged by diagnostics alone when there is no channel: met',
      { diagnosticsCategory: 'device', record: SILENT, conversation: UNAVAILABLE },
      'met',
    ],
    [
      'judged by diagnostics alone when there is no channel: returned',
      {
        diagnosticsCategory: 'device',
        record: { ...SILENT, diagnostics: '' },
        conversation: UNAVAILABLE,
      },
      ['diagnostics-missing'],
    ],
    ...(
      [
        ['не применимо', ['diagnostics-reason-missing']],
        ['Не требуется.', ['diagnostics-reason-missing']],
        ['нет', ['diagnostics-reason-missing']],
        ['n/a', ['diagnostics-reason-missing']],
        ['Диагностика не нужна, готово', ['diagnostics-reason-missing']],
        ['Не применимо: вопрос о тарифе, устройство не участвует', 'met'],
        ['Не требуется, так как клиент просил консультацию', 'met'],
        ['Нет связи с контроллером, пинг теряет половину пакетов', 'met'],
      ] as const
    ).map(
      ([diagnostics, found]) =>
        [
          `diagnostics «${diagnostics}»`,
          { diagnosticsCategory: 'device', record: { diagnostics } },
          found,
        ] as const,
    ),
  ])('step 4 · %s', (_title, ticket, found) => {
    expect(foundBy(informationComplete, aTicket(ticket), 'confirmed', DIAGNOSED)).toEqual(found);
  });

  test.each([
    ['не применимо: консультация по тарифам', true],
    ['Нет связи с контроллером', undefined],
    ['не применимо', undefined],
  ])('step 4 · «%s» is counted as not applicable: %s', (diagnostics, counted) => {
    const ticket = aTicket({ diagnosticsCategory: 'device', record: { diagnostics } });
    const { evidence } = informationComplete.check(
      ticket,
      'confirmed',
      DIAGNOSED,
      bundledQualityWords(),
    );

    expect(evidence['diagnosticsNotApplicable']).toBe(counted);
  });

  test('step 4 · where no diagnostics are demanded, none are counted as not applicable', () => {
    const ticket = aTicket({ record: { diagnostics: 'не применимо: консультация по тарифам' } });

    expect(
      informationComplete.check(ticket, 'confirmed', aPolicy(), bundledQualityWords()).evidence,
    ).toEqual({ communication: 'recorded', diagnosticsNeeded: false });
  });

  test('step 4 · the journal keeps what was needed and what was found', () => {
    const ticket = aTicket({
      diagnosticsCategory: 'device',
      record: SILENT,
      conversation: UNAVAILABLE,
    });

    expect(informationComplete.check(ticket, 'confirmed', DIAGNOSED).evidence).toEqual({
      communication: 'unavailable',
      diagnosticsNeeded: true,
    });
  });

  test('step 4 · met without diagnostics when the policy maps no category', () => {
    const ticket = aTicket({ record: { diagnostics: '' } });

    expect(foundBy(informationComplete, ticket)).toBe('met');
  });
});
