/** How far the audit is: a bar that is drawn over itself on a terminal, a line now and then elsewhere. */
import type { AuditStep } from '../app/audit-past.ts';
import type { Instant } from '../core/ticket.ts';
import type { Terminal } from './terminal.ts';

const BAR = 24;
/** Without a terminal: at most so many lines. */
const LINES = 10;

export interface ProgressWords {
  readonly terminal: Pick<Terminal, 'say' | 'redraw'>;
  readonly speak: (key: string, params?: Readonly<Record<string, string | number>>) => string;
  readonly now: () => Instant;
}

export interface AuditProgress {
  readonly step: (step: AuditStep) => void;
  /** Takes the bar away, so that what is said next stands on a line of its own. */
  readonly end: () => void;
}

export function createAuditProgress({ terminal, speak, now }: ProgressWords): AuditProgress {
  const { redraw } = terminal;
  const show = redraw ?? terminal.say;
  let startedAt: Instant | null = null;
  let told = 0;
  const reading = ({ done, total }: Extract<AuditStep, { kind: 'reading' }>): void => {
    startedAt ??= now();
    const left = secondsLeft(now() - startedAt, done, total);
    const words =
      left === null
        ? speak('audit.progress', { done, total })
        : speak('audit.progress-left', { done, total, left: duration(left, speak) });
    if (redraw) {
      redraw(`${bar(done, total)} ${words}`);
    } else if (done > 0 && (done === total || done - told >= total / LINES)) {
      told = done;
      terminal.say(words);
    }
  };
  return {
    step(step) {
      switch (step.kind) {
        case 'listing':
          return show(speak('audit.listing'));
        case 'waiting':
          return show(speak('audit.waiting', { count: step.seconds }));
        case 'reading':
          return reading(step);
      }
    },
    end: () => redraw?.(''),
  };
}

function bar(done: number, total: number): string {
  const full = total === 0 ? BAR : Math.round((done / total) * BAR);
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}

/** By the pace so far; null while there is none, and at the end. */
function secondsLeft(elapsedMs: number, done: number, total: number): number | null {
  if (done === 0 || done >= total || elapsedMs <= 0) return null;
  return Math.ceil(((elapsedMs / done) * (total - done)) / 1000);
}

function duration(seconds: number, speak: ProgressWords['speak']): string {
  return seconds < 90
    ? speak('audit.left-seconds', { count: seconds })
    : speak('audit.left-minutes', { count: Math.round(seconds / 60) });
}
