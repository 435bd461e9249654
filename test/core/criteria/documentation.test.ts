import { describe, expect, test } from '@jest/globals';
import { documentationExtras } from '../../../src/core/criteria/documentation-extras.ts';
import { solutionDocumented } from '../../../src/core/criteria/solution-documented.ts';
import type { TicketRecord } from '../../../src/core/ticket.ts';
import { aPolicy } from '../../support/a-policy.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { foundBy } from '../found-by.ts';

type Row = readonly [string, Partial<TicketRecord>, string | readonly string[]];

describe('solution-documented (step-3)', () => {
  test.each<Row>([
    ['met when problem, cause, solution and time are written down', {}, 'met'],
    ['met with two characters each', { problem: 'ПО', cause: 'БД', solution: 'v2' }, 'met'],
    ['returned without the problem', { problem: '' }, ['problem-missing']],
    ['returned when the problem is a dash', { problem: '-' }, ['problem-missing']],
    ['returned without the cause', { cause: ' ' }, ['cause-missing']],
    ['returned when the solution is one letter', { solution: 'х' }, ['solution-missing']],
    ['returned without the time spent', { timeSpent: null }, ['time-spent-missing']],
    ['returned when no time was spent', { timeSpent: 0 }, ['time-spent-missing']],
    ['returned when the time is no number', { timeSpent: Number.NaN }, ['time-spent-missing']],
    ['met with one minute', { timeSpent: 1 }, 'met'],
    [
      'returned with every gap at once',
      { problem: '', cause: '', solution: '', timeSpent: -5 },
      ['problem-missing', 'cause-missing', 'solution-missing', 'time-spent-missing'],
    ],
  ])('step 3 · %s', (_title, record, found) => {
    expect(foundBy(solutionDocumented, aTicket({ record }))).toEqual(found);
  });

  test.each([
    [45, 45],
    [null, 0],
  ])('step 3 · the journal keeps the time spent: %s → %s', (timeSpent, kept) => {
    const { evidence } = solutionDocumented.check(
      aTicket({ record: { timeSpent } }),
      'confirmed',
      aPolicy(),
    );

    expect(evidence).toEqual({ timeSpent: kept });
  });
});

describe('documentation-extras (step-3)', () => {
  test.each<Row>([
    ['met when recommendations and resources are written down', {}, 'met'],
    ['unmet without recommendations', { recommendations: '—' }, ['recommendations-missing']],
    ['unmet without resources', { resources: [] }, ['resources-missing']],
    ['unmet when every resource is blank', { resources: ['', ' '] }, ['resources-missing']],
    ['met when one of the resources is not blank', { resources: ['', 'kb/12'] }, 'met'],
    [
      'unmet with both gaps at once',
      { recommendations: '', resources: [] },
      ['recommendations-missing', 'resources-missing'],
    ],
  ])('step 3 · %s', (_title, record, found) => {
    expect(foundBy(documentationExtras, aTicket({ record }))).toEqual(found);
  });

  test('step 3 · the journal keeps how many resources there are', () => {
    const ticket = aTicket({ record: { resources: ['kb/1', '', 'kb/2'] } });

    expect(documentationExtras.check(ticket, 'confirmed', aPolicy()).evidence).toEqual({
      resources: 2,
    });
  });
});
