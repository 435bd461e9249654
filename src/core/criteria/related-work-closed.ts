/** step-1: no related problem is left: no open task and no open child ticket hangs on the ticket. */
import type { Gap } from '../decision.ts';
import type { OpenWork } from '../ticket.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const relatedWorkClosed: Criterion = {
  id: 'related-work-closed',
  clause: 'step-1',
  check({ openWork }) {
    if (!openWork.known) {
      return openWork.why === 'unreadable'
        ? { verdict: { status: 'unknown', fact: 'openWork' }, evidence: {} }
        : { verdict: { status: 'not-applicable' }, evidence: { unavailable: true } };
    }
    const openTasks = openWork.value.filter(({ kind }) => kind === 'task').length;
    return {
      verdict: verdictOf(openWork.value.map(openWorkGap)),
      evidence: { openTasks, openTickets: openWork.value.length - openTasks },
    };
  },
};

function openWorkGap({ kind, id }: OpenWork): Gap {
  return gap(kind === 'task' ? 'open-task' : 'open-ticket', { id });
}
