/** What a person at the command line is told of a fault: what happened and what to do, then the technical words. */
import type { AppError } from '../errors.ts';

export function faultWords(
  error: AppError,
  speak: (key: string, params?: Readonly<Record<string, string>>) => string,
): readonly string[] {
  const detail = error.detail === '' ? '' : ` [${error.detail}]`;
  return [
    speak('cli.failed', { message: speak(`fault.${error.code}`) }),
    speak('cli.fault-detail', { message: `${error.message} (${error.code})${detail}` }),
  ];
}
