/**
 * step-3 and «Typical mistakes»: the documentation is complete and understandable. A guess by words, so a warning by default.
 */
import { NO_WORDS, textQuality } from '../text-quality.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const textQualityHinted: Criterion = {
  id: 'text-quality',
  clause: 'step-3',
  check({ title, record }, _outcome, _policy, words = NO_WORDS) {
    const { problem, cause, solution } = record;
    const hints = textQuality({ title, problem, cause, solution }, words);
    return {
      verdict: verdictOf(hints.map(({ code, field }) => gap(code, { field }))),
      evidence: { hints: hints.length },
    };
  },
};
