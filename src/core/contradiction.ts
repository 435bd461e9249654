/** The guard on the button "Solved": a text beside it that says otherwise, or asks, belongs to an agent. */
import { ownWords } from './own-words.ts';
import type { ReplyRules } from './reply-rules.ts';
import { senseOf } from './reply-sense.ts';

export interface Contradiction {
  readonly contradicts: boolean;
  /** Rule id, or `no-text`, `nothing-against`, `too-long`, `not-understood`. */
  readonly why: string;
}

/** So many words that no rule knows, with no word of confirmation, are left to a person. */
const MAX_UNREAD_WORDS = 3;
/** Beside a confirmation more may stand unread: clients like to tell how it was solved. */
const MAX_UNREAD_BESIDE_CONFIRMATION = 12;

/**
 * Whether the comment sent with the answer "solved" (client page, step 2 of the regulation) contradicts it.
 * On doubt it does: the ticket then goes to the agent and stays open.
 */
export function contradicts(answer: 'solved', text: string, rules: ReplyRules): Contradiction {
  const words = ownWords(text, rules, { sentTexts: [], isForwarded: true });
  const sense = senseOf(words, rules);
  const against =
    sense.first('problem') ??
    sense.first('sarcasm') ??
    sense.first('question') ??
    sense.first('doubt');
  if (against !== undefined) return { contradicts: true, why: against };
  if (words.isCut) return { contradicts: true, why: 'too-long' };
  if (sense.isEmpty) return { contradicts: false, why: 'no-text' };
  const backed = sense.first('confirms') ?? sense.first('fine');
  const isBacked = answer === 'solved' && backed !== undefined;
  const limit = isBacked ? MAX_UNREAD_BESIDE_CONFIRMATION : MAX_UNREAD_WORDS;
  return sense.unreadWords > limit
    ? { contradicts: true, why: 'not-understood' }
    : { contradicts: false, why: backed ?? 'nothing-against' };
}
