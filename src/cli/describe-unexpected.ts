/** What a person at the terminal is told of an error that nobody foresaw. */
import { faultFields } from '../errors.ts';

/**
 * The machine's own words of a file or a connection, without addresses, because a webhook's holds its secret. Of anything else the
 * code and where it happened: a parser or the store quotes what it was given, which may be a client's text.
 */
export function describeUnexpected(error: unknown): string {
  if (error instanceof Error && 'syscall' in error)
    return `${error.name}: ${error.message.replaceAll(/\w+:\/\/\S+/g, '[address]')}`;
  const { code, where = '' } = faultFields(error);
  return where === '' ? `${code}` : `${code} ${where}`;
}
