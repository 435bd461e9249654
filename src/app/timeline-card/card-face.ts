/** What a card says, in the words of both languages: its reader's own is shown. */
import type { Gap, GapCode } from '../../core/decision.ts';
import type { ClauseId } from '../../core/policy.ts';
import type { Instant } from '../../core/ticket.ts';
import { cardGap } from '../card/criterion-words.ts';
import { localStamp } from '../local-stamp.ts';
import type { CardFace, CardLine, Words } from '../ports/timeline-cards.ts';
import type { Say } from '../ports/tools.ts';

export interface FaceDeps {
  /** Texts as they are: the portal shows them without any markup. */
  readonly plain: Say;
  /** Which clause of the regulation a gap is about. */
  readonly clauseOf: (code: GapCode) => ClauseId;
}

/** A record holds 20 blocks: the first line, the gaps, how many more there are, and the note. */
const MOST_GAPS = 17;

/** The list of what is missing. */
export function gapsFace(gaps: readonly Gap[], note: Words | null, deps: FaceDeps): CardFace {
  const shown = gaps.slice(0, MOST_GAPS);
  const more = gaps.length - shown.length;
  const lines: CardLine[] = [
    { label: null, text: words('timeline-card.intro', deps) },
    ...shown.map((gap) => gapLine(gap, deps)),
    ...(more > 0
      ? [{ label: null, text: words('timeline-card.more', deps, { count: more }) }]
      : []),
  ];
  const tag = words('timeline-card.tag.gaps', deps, { count: gaps.length });
  return {
    title: words('timeline-card.title.gaps', deps),
    tag: { type: 'failure', text: tag },
    lines,
    note,
    open: true,
    buttons: buttonsOf(deps),
  };
}

export type Settled = 'ready' | 'asking' | 'closed' | 'left';

/** Nothing is left to be done about the list. */
export function settledFace(how: Settled, deps: FaceDeps): CardFace {
  return {
    title: words(`timeline-card.title.${how}`, deps),
    tag: { type: 'success', text: words('timeline-card.tag.done', deps) },
    lines: [{ label: null, text: words(`timeline-card.${how}`, deps) }],
    note: null,
    open: false,
    buttons: buttonsOf(deps),
  };
}

/** @param timeZone of the pipeline: all who read the card read one time */
export function checkedNote(at: Instant, timeZone: string, deps: FaceDeps): Words {
  const [, time = ''] = /T(\d\d:\d\d)/.exec(localStamp(at, timeZone)) ?? [];
  return words('timeline-card.note.checked', deps, { time });
}

/** What was missing when it was last read, and that it could not be read now. */
export function unreadFace(gaps: readonly Gap[], deps: FaceDeps): CardFace {
  const note = words('timeline-card.note.unread', deps);
  if (gaps.length > 0) return gapsFace(gaps, note, deps);
  const tag = { type: 'failure', text: words('timeline-card.tag.unread', deps) } as const;
  const title = words('timeline-card.title.gaps', deps);
  const lines = [{ label: null, text: note }];
  return { title, tag, lines, note: null, open: true, buttons: buttonsOf(deps) };
}

function gapLine(gap: Gap, { plain, clauseOf }: FaceDeps): CardLine {
  const clause = clauseOf(gap.code);
  return {
    label: { ru: plain('ru', `clause.${clause}`), en: plain('en', `clause.${clause}`) },
    text: { ru: cardGap('ru', gap, plain).text, en: cardGap('en', gap, plain).text },
  };
}

function buttonsOf(deps: FaceDeps): CardFace['buttons'] {
  return {
    recheck: words('timeline-card.button.recheck', deps),
    show: words('timeline-card.button.show', deps),
    panel: words('frame.title.card', deps),
  };
}

function words(key: string, { plain }: FaceDeps, params: Parameters<Say>[2] = {}): Words {
  return { ru: plain('ru', key, params), en: plain('en', key, params) };
}
