import { describe, expect, test } from '@jest/globals';
import { DOCTOR_FINDINGS } from '../../src/app/doctor-findings.ts';
import { CHOICE_CODES, fieldSpecs } from '../../src/app/field-specs.ts';
import { CLAUSE_IDS } from '../../src/core/policy.ts';
import {
  catalogProblems,
  isMessageKey,
  roleHints,
  say,
  sayByName,
} from '../../src/text/catalog.ts';
import { fieldLabel } from '../../src/text/field-labels.ts';
import { GAP_CLAUSES } from '../../src/text/gap-clauses.ts';
import { FIELD_KEYS } from '../../src/core/policy.ts';

describe('the locale files', () => {
  test('hold the same keys with the same params', () => {
    expect(catalogProblems()).toEqual([]);
  });

  test.each(Object.keys(GAP_CLAUSES))('say %s at length and in brief', (code) => {
    expect(isMessageKey(`gap.${code}`)).toBe(true);
    expect(isMessageKey(`brief.${code}`)).toBe(true);
  });

  test.each(CLAUSE_IDS)('name the clause %s', (clause) => {
    expect(isMessageKey(`clause.${clause}`)).toBe(true);
    expect(isMessageKey(`clause-title.${clause}`)).toBe(true);
  });

  test.each(
    Object.entries(DOCTOR_FINDINGS).flatMap(([check, codes]) =>
      Object.entries(codes).map(([code, level]) => [check, code, level] as const),
    ),
  )('tell the finding %s %s, and its remedy unless it is %s', (check, code, level) => {
    expect(isMessageKey(`doctor.check.${check}`)).toBe(true);
    expect(isMessageKey(`doctor.${check}.${code}`)).toBe(true);
    expect(isMessageKey(`remedy.${check}.${code}`)).toBe(level !== 'ok');
  });

  test('label every field and every list item in two different languages', () => {
    const specs = fieldSpecs(fieldLabel);

    for (const { label, items } of specs) {
      expect(label.ru).toMatch(/[а-я]/i);
      expect(label.en).not.toMatch(/[а-я]/i);
      for (const item of items) expect(item.label.ru).not.toBe(item.label.en);
    }
  });
});

describe('fieldSpecs', () => {
  const specs = new Map(fieldSpecs((language, key) => `${language} ${key}`).map((s) => [s.key, s]));

  test.each([
    ['solution', 'text'],
    ['policyVersion', 'text'],
    ['timeSpent', 'integer'],
    ['returns', 'integer'],
    ['resources', 'url-list'],
    ['holdUntil', 'datetime'],
    ['outcome', 'choice'],
  ] as const)('%s is %s', (key, type) => {
    expect(specs.get(key)?.type).toBe(type);
  });

  test('has one spec for each key of the field map', () => {
    expect([...specs.keys()]).toEqual(FIELD_KEYS);
  });

  test('list items carry their codes in order', () => {
    expect(specs.get('kbDecision')?.items).toEqual(
      CHOICE_CODES.kbDecision.map((code) => ({
        code,
        label: { ru: `ru kbDecision.${code}`, en: `en kbDecision.${code}` },
      })),
    );
  });

  test.each(['cycle', 'returns', 'policyVersion', 'closedAt', 'askedAt', 'remindedAt'] as const)(
    'keeps %s among the service fields',
    (key) => {
      expect(specs.get(key)?.service).toBe(true);
    },
  );

  test.each([
    'checkedHow',
    'solution',
    'confirmationEvidence',
    'diagnostics',
    'productVersion',
  ] as const)('shows %s, which a gap may ask for, to the agent', (key) => {
    expect(specs.get(key)?.service).toBe(false);
  });
});

describe('say', () => {
  test.each([
    [1, '1 обращение'],
    [3, '3 обращения'],
    [11, '11 обращений'],
    [21, '21 обращение'],
    [25, '25 обращений'],
  ])('counts %i in Russian', (count, text) => {
    expect(say('ru', 'count.tickets', { count })).toBe(text);
  });

  test('counts in English', () => {
    expect(say('en', 'count.tickets', { count: 1 })).toBe('1 ticket');
    expect(say('en', 'count.tickets', { count: 2 })).toBe('2 tickets');
  });

  test('puts params in as they are, also when they look like patterns', () => {
    expect(say('en', 'setup.ask-again', { value: '$& {available}', available: 'x' })).toBe(
      'Cannot understand "$& {available}". Allowed: x',
    );
  });

  test('leaves the place of an absent param empty', () => {
    expect(say('en', 'gap.open-task', {})).toContain('task No.  linked');
  });

  test.each(['gap.nothing', 'constructor', '__proto__'])('refuses the unknown key %s', (key) => {
    expect(() => sayByName('ru', key)).toThrow(`Add the text "${key}"`);
  });
});

describe('roleHints', () => {
  test('are lower-case parts of names in both languages, the gate first', () => {
    const hints = roleHints();

    expect(hints.map(({ role }) => role)).toEqual(['gate', 'awaiting-confirmation']);
    expect(hints[1]?.patterns).toEqual(expect.arrayContaining(['проверка решения', 'confirm']));
    for (const { patterns } of hints) {
      for (const pattern of patterns) expect(pattern).toMatch(/^[^A-ZА-Я]{4,}$/);
    }
  });
});
