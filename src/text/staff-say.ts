/** Short sentences for the staff about the client's side, from the locale files, safe to stand on the portal. */
import type { Say } from '../app/ports/tools.ts';
import type { Language } from '../app/ports/texts.ts';
import type { MessageKey } from './catalog.ts';
import { say, sayByName } from './catalog.ts';
import { escapeBb, escapeBbLines, safeLink } from './escape-bb.ts';

/** Longer than the longest answer the client page takes: a client's words are not cut. */
const MAX_QUOTE = 12_000;
const MAX_LIST = 2000;

const CHANNELS: ReadonlyMap<string, MessageKey> = new Map([
  ['chat', 'client.channel.chat'],
  ['email', 'client.channel.email'],
  ['to-do', 'client.channel.to-do'],
]);

function safeParam(language: Language, name: string, value: string | number): string {
  switch (name) {
    case 'channel': {
      const label = CHANNELS.get(String(value));
      return label === undefined ? escapeBb(value) : say(language, label);
    }
    case 'link':
    case 'chat':
      return safeLink(value);
    case 'text':
      return escapeBbLines(String(value), MAX_QUOTE);
    case 'gaps':
    case 'reasons':
      return escapeBb(value, MAX_LIST);
    default:
      return escapeBb(value);
  }
}

/** The channel's name leads to the chat where the chat has an address. */
function channelOf({ channel = '', chat = '' }: Readonly<Record<string, string>>): string {
  return chat === '' ? channel : `[url=${chat}]${channel}[/url]`;
}

/** The wording for what is there: a notice without a link, a confirmation with words of the client's own. */
function keyFor(key: string, params: Readonly<Record<string, string>>): string {
  if (key === 'client.notice' && (params['link'] ?? '') === '') return 'client.notice-unlinked';
  if (key === 'client.confirmed' && (params['text'] ?? '') !== '') return 'client.confirmed-saying';
  return key;
}

/**
 * As `sayByName`, with every param made safe: `text` quotes whole and line by line, `channel` is a code and becomes
 * its name, `link` and `chat` an address or nothing, everything else one line.
 */
export const sayToStaff: Say = (language, key, params = {}) => {
  const safe = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, safeParam(language, name, value)]),
  );
  const quote = safe['text'] === '' ? say(language, 'client.no-text') : safe['text'];
  return sayByName(language, keyFor(key, safe), {
    ...safe,
    ...(safe['channel'] === undefined ? {} : { channel: channelOf(safe) }),
    ...(quote === undefined ? {} : { text: quote }),
  });
};
