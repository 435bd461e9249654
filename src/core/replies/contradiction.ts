/** The guard on the button "Solved": a text beside it that says otherwise, or asks, belongs to an agent. */
import { ownWords } from './own-words.ts';
import type { ReplyGroup, ReplyRules } from './reply-rules.ts';
import { senseOf } from './reply-sense.ts';
import type { ReplySense } from './reply-sense.ts';

/** The buttons of the client page. */
export type ClientAnswer = 'solved' | 'not-solved' | 'question';

export interface Contradiction {
  readonly contradicts: boolean;
  /** Rule id, or `no-text`, `other-answer`, `nothing-against`, `too-long`, `not-understood`. */
  readonly why: string;
}

/** So many words that no rule knows may stand beside a confirmation: clients like to tell how it was solved. */
const MAX_UNREAD_BESIDE_CONFIRMATION = 6;
/** Beside mere thanks, or a mere tale of what was done, fewer; with neither, one unknown word is enough to let a person look. */
const MAX_UNREAD_BESIDE_THANKS = 2;

/** "It works, the letters overlap": a clause of its own that no rule knows may say anything. */
const MAX_UNREAD_IN_CLAUSE = 2;

const AGAINST: readonly ReplyGroup[] = ['problem', 'sarcasm', 'question', 'doubt'];
const BACKING: readonly ReplyGroup[] = ['confirms', 'fine', 'thanks', 'went-well'];

function firstOf(groups: readonly ReplyGroup[], sense: ReplySense): string | undefined {
  for (const group of groups) {
    const id = sense.first(group);
    if (id !== undefined) return id;
  }
  return undefined;
}

function isUnderstood(sense: ReplySense): boolean {
  return sense.unreadWords <= unreadAllowed(sense) && sense.unreadInClause <= MAX_UNREAD_IN_CLAUSE;
}

function unreadAllowed(sense: ReplySense): number {
  if ((sense.first('confirms') ?? sense.first('fine')) !== undefined) {
    return MAX_UNREAD_BESIDE_CONFIRMATION;
  }
  const said = sense.first('thanks') ?? sense.first('went-well');
  return said === undefined ? 0 : MAX_UNREAD_BESIDE_THANKS;
}

/**
 * Whether the comment sent with the answer "solved" (client page, step 2 of the regulation) contradicts it.
 * On doubt it does: the ticket then goes to the agent and stays open.
 */
export function contradicts(answer: ClientAnswer, text: string, rules: ReplyRules): Contradiction {
  if (answer !== 'solved') return { contradicts: false, why: 'other-answer' };
  const words = ownWords(text, rules, { sentTexts: [], isForwarded: true });
  const sense = senseOf(words, rules);
  const against = firstOf(AGAINST, sense);
  if (against !== undefined) return { contradicts: true, why: against };
  if (words.isCut) return { contradicts: true, why: 'too-long' };
  if (sense.isEmpty) return { contradicts: false, why: 'no-text' };
  if (!isUnderstood(sense)) return { contradicts: true, why: 'not-understood' };
  return { contradicts: false, why: firstOf(BACKING, sense) ?? 'nothing-against' };
}
