import { expect, test } from '@jest/globals';
import { faultWords } from '../../src/app/fault-words.ts';
import { AppError } from '../../src/errors.ts';
import type { FaultCode } from '../../src/errors.ts';
import { sayByName } from '../../src/text/catalog.ts';

/** Every code, checked by the compiler. */
const CODES: Readonly<Record<FaultCode, true>> = {
  'portal-unreachable': true,
  'portal-outcome-unknown': true,
  'portal-rate-limited': true,
  'portal-time-limited': true,
  'portal-denied': true,
  'portal-unavailable': true,
  'portal-rejected': true,
  'ticket-not-found': true,
  'store-unavailable': true,
  'state-newer': true,
  'state-half': true,
  'bad-event': true,
  'policy-invalid': true,
  'template-failed': true,
  'config-invalid': true,
};

test.each(Object.keys(CODES).filter((code): code is FaultCode => code in CODES))(
  '%s is told in Russian and in English before its technical words',
  (code) => {
    const error = new AppError(code, 'What to do.', { detail: 'D1' });
    const told = (language: 'ru' | 'en') =>
      faultWords(error, (key, params) => sayByName(language, key, params));

    const [russian = '', russianDetail] = told('ru');
    expect(russian).toMatch(/^Не получилось: .*[а-я].*\.$/);
    expect(russianDetail).toBe(`Подробности (по-английски): What to do. (${code}) [D1]`);
    const [english = '', englishDetail] = told('en');
    expect(english).toMatch(/^It did not work: [a-zA-Z].*\.$/);
    expect(english).not.toMatch(/[а-я]/i);
    expect(englishDetail).toBe(`Details: What to do. (${code}) [D1]`);
  },
);
