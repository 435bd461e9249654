import type { ApiAnswer } from '../../shared/api.ts';
import type { AdminSay } from '../words.ts';

/** What an answer that is no success says to a person; '' for a success. */
export function answerWords(say: AdminSay, answer: ApiAnswer<unknown>): string {
  switch (answer.kind) {
    case 'ok':
    case 'same':
      return '';
    case 'refused':
      return answer.message;
    case 'away':
    case 'over':
      return say(`settings.${answer.kind}`);
  }
}
