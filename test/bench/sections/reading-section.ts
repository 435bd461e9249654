import { MAX_RAW_CHARACTERS } from '../../../src/core/replies/own-words.ts';
import { readReply } from '../../../src/core/replies/read-reply.ts';
import { bundledReplyRules } from '../../../src/text/reply-rules.ts';
import type { Section } from '../report.ts';

const FIGURE_MS = 1000;
const ROUNDS = 3;
const ORDINARY =
  'Спасибо, всё работает! Но отчёт за октябрь так и не пришёл, посмотрите, пожалуйста.';
/** Pieces that keep the most rules busy; test/core/replies/reading-growth.test.ts counts their steps. */
const HOSTILE = [
  'не ',
  'не\n',
  'не больше ',
  'вопрос ',
  'From: a\n\n\n',
  'On 1.02 a@b.c wrote:\n> x\n',
  '<a',
];

function millisecondsOf(text: string): number {
  const rules = bundledReplyRules();
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    readReply({ channel: 'email', subject: 'Re: 1', text }, rules);
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

export function readingSection(): Section {
  const texts = HOSTILE.map((piece) => piece.repeat(MAX_RAW_CHARACTERS / piece.length));
  millisecondsOf(ORDINARY);
  const usual = millisecondsOf(ORDINARY);
  const worst = Math.max(...texts.map(millisecondsOf));
  const reached = worst <= FIGURE_MS;
  return {
    name: 'Reading what clients write',
    rows: [
      {
        what: `Reading a hostile message of ${MAX_RAW_CHARACTERS} characters, the worst of ${HOSTILE.length}`,
        figure: `≤ ${FIGURE_MS} ms`,
        ours: `${worst.toFixed(0)} ms`,
        beside: '',
        ratio: '',
        reached,
      },
      {
        what: 'Reading an ordinary message',
        figure: '',
        ours: `${usual.toFixed(2)} ms`,
        beside: '',
        ratio: '',
        reached: null,
      },
    ],
    notes: [
      'The median of three readings of each text; what stands beyond the limit is never read.',
    ],
    missed: reached
      ? []
      : [`Reading a hostile message: ${worst.toFixed(0)} ms instead of ${FIGURE_MS} ms.`],
  };
}
