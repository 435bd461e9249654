/** ClientNotes from the locale files: what agents read about the client's side, safe to stand on the portal. */
import type { ClientNoteCode, ClientNotes } from '../app/ports/client-notes.ts';
import type { Language } from '../app/ports/texts.ts';
import type { MessageKey } from './catalog.ts';
import { say } from './catalog.ts';
import { escapeBb, escapeBbLines, safeLink } from './escape-bb.ts';

/** As long as the longest answer the client page takes, and more: a client's words are not cut. */
const MAX_QUOTE = 12_000;
const MAX_LIST = 2000;

const CHANNELS: Readonly<Record<string, MessageKey>> = {
  chat: 'client.channel.chat',
  email: 'client.channel.email',
  'to-do': 'client.channel.to-do',
};

function safeParam(language: Language, name: string, value: string | number): string {
  switch (name) {
    case 'channel': {
      const label = CHANNELS[String(value)];
      return label === undefined ? escapeBb(value) : say(language, label);
    }
    case 'link':
      return safeLink(value);
    case 'text':
      return escapeBbLines(String(value), MAX_QUOTE) || say(language, 'client.no-text');
    case 'gaps':
    case 'reasons':
      return escapeBb(value, MAX_LIST);
    default:
      return escapeBb(value);
  }
}

function keyOf(code: ClientNoteCode, params: Readonly<Record<string, string>>): MessageKey {
  return code === 'notice' && params['link'] === '' ? 'client.notice-unlinked' : `client.${code}`;
}

export function createClientNotes(): ClientNotes {
  return {
    note(language, code, params) {
      const given: Readonly<Record<string, string | number>> = { ...params };
      const safe = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, safeParam(language, name, value)]),
      );
      return say(language, keyOf(code, safe), safe);
    },
  };
}
