import { describe, expect, test } from '@jest/globals';
import { relatedWorkClosed } from '../../../src/core/criteria/related-work-closed.ts';
import { aPolicy } from '../../support/a-policy.ts';
import { UNAVAILABLE, UNREADABLE, aTicket, known } from '../../support/a-ticket.ts';

const TASK = { kind: 'task', id: 31, title: 'Заменить контроллер' } as const;
const OTHER_TASK = { kind: 'task', id: 32, title: 'Проверить питание' } as const;
const CHILD = { kind: 'ticket', id: 760, title: 'Второй шлагбаум' } as const;

describe('related-work-closed (step-1)', () => {
  test.each([
    {
      title: 'step 1 · met when nothing hangs on the ticket',
      openWork: known([]),
      finding: { verdict: { status: 'met' }, evidence: { openTasks: 0, openTickets: 0 } },
    },
    {
      title: 'step 1 · returned with each open task and each open child ticket',
      openWork: known([TASK, CHILD, OTHER_TASK]),
      finding: {
        verdict: {
          status: 'unmet',
          gaps: [
            { code: 'open-task', params: { id: 31 } },
            { code: 'open-ticket', params: { id: 760 } },
            { code: 'open-task', params: { id: 32 } },
          ],
        },
        evidence: { openTasks: 2, openTickets: 1 },
      },
    },
    {
      title: 'step 1 · unknown when the open work could not be read',
      openWork: UNREADABLE,
      finding: { verdict: { status: 'unknown', fact: 'openWork' }, evidence: {} },
    },
    {
      title: 'step 1 · not applicable when the portal has no tasks to read',
      openWork: UNAVAILABLE,
      finding: { verdict: { status: 'not-applicable' }, evidence: { unavailable: true } },
    },
  ])('$title', ({ openWork, finding }) => {
    expect(relatedWorkClosed.check(aTicket({ openWork }), 'confirmed', aPolicy())).toEqual(finding);
  });
});
