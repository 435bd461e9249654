import type { PolicyNumbers } from '../../../core/policy.ts';
import type { AdminWord } from '../words.ts';

/** The name of each number on the page. */
export const NUMBER_TITLES = {
  firstWaitDays: 'settings.waits.first',
  secondWaitDays: 'settings.waits.second',
  undoMinutes: 'settings.undo',
  reopenWindowDays: 'settings.reopen',
  maxReturns: 'settings.loop.max',
  returnWindowMinutes: 'settings.loop.window',
} as const satisfies Record<keyof PolicyNumbers, AdminWord>;
