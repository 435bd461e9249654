import { mkdtempSync, cpSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { AlertCode, Gap, GapCode } from '../../src/core/decision.ts';
import { GAP_CLAUSES } from '../../src/text/gap-clauses.ts';
import { closeReasonLabel, outcomeLabel } from '../../src/text/closing-labels.ts';
import { escapeBb } from '../../src/text/escape-bb.ts';
import {
  loadStaffTemplates,
  STAFF_SHAPES,
  STAFF_TEMPLATE_DIR,
} from '../../src/text/staff-templates.ts';
import { createStaffTexts } from '../../src/text/staff-texts.ts';

const texts = createStaffTexts();
const gap = (code: GapCode, params: Gap['params'] = {}): Gap => ({ code, params });
const GAPS = [gap('solution-missing'), gap('confirmation-not-asked')];
/** `as` is safe: the keys are the closed lists themselves. */
const GAP_CODES = Object.keys(GAP_CLAUSES) as GapCode[];
const ALERT_CODES = Object.keys(STAFF_SHAPES)
  .filter((name) => name.startsWith('alert-'))
  .map((name) => name.slice('alert-'.length)) as AlertCode[];

const ticket = (id: number, title = `Заявка ${id}`) => ({
  id,
  title,
  link: `https://portal/crm/deal/details/${id}/`,
  gaps: GAPS,
});

describe('a returned ticket', () => {
  test('is explained in its timeline, one line per gap with its clause', () => {
    expect(texts.returnComment('ru', GAPS)).toBe(
      [
        'Обращение возвращено: закрывать рано',
        '• Заполните «Решение» (шаг 3)',
        '• Получите подтверждение клиента: на стадии ожидания его запросит Closegate; полученное иначе впишите в «Чем подтверждено» (шаг 2)',
        'Что делать: исправьте перечисленное и снова переведите обращение на закрытие. Заполненные поля сохранены.',
      ].join('\n'),
    );
  });

  test('is explained in English too', () => {
    expect(texts.returnComment('en', GAPS).split('\n')).toEqual([
      'The ticket was returned: it is too early to close it',
      '• Fill in "Solution" (step 3)',
      '• Get the client’s confirmation: on the awaiting stage Closegate asks for it; one received otherwise goes into “Confirmed by” (step 2)',
      expect.stringContaining('What to do'),
    ]);
  });

  test('is told to its mover with a link and every gap', () => {
    expect(texts.returnNotice('ru', [ticket(12, 'Не работает пропуск')], 1).split('\n')).toEqual([
      'Обращение возвращено: закрывать рано',
      '[url=https://portal/crm/deal/details/12/]№ 12 Не работает пропуск[/url]',
      '• Заполните «Решение» (шаг 3)',
      '• Получите подтверждение клиента: на стадии ожидания его запросит Closegate; полученное иначе впишите в «Чем подтверждено» (шаг 2)',
    ]);
  });

  test('that could not be returned is marked so', () => {
    const text = texts.refusedComment('ru', GAPS);

    expect(text).toContain('портал не дал вернуть');
    expect(text).toContain('• Заполните «Решение» (шаг 3)');
  });
});

describe('many returned tickets', () => {
  test('are told in one notice, in brief', () => {
    expect(texts.returnNotice('ru', [ticket(12), ticket(13)], 2).split('\n')).toEqual([
      'Закрывать рано, возвращено 2 обращения. Чего не хватает:',
      '• [url=https://portal/crm/deal/details/12/]№ 12 Заявка 12[/url]: решение, запрос подтверждения',
      '• [url=https://portal/crm/deal/details/13/]№ 13 Заявка 13[/url]: решение, запрос подтверждения',
    ]);
  });

  test('beyond twenty are counted', () => {
    const tickets = Array.from({ length: 25 }, (_, index) => ticket(index + 1));

    const lines = texts.returnNotice('ru', tickets, 40).split('\n');

    expect(lines).toHaveLength(22);
    expect(lines.at(0)).toContain('возвращено 40 обращений');
    expect(lines.at(-1)).toBe('и ещё 20');
  });

  test('one listed of several keeps the count', () => {
    expect(texts.returnNotice('en', [ticket(1)], 3)).toContain('and 2 more');
  });
});

describe('values from the portal', () => {
  test('cannot bring markup, links or lines of their own', () => {
    const title = 'x[/url][url=https://evil]нажми[/url]\n• Всё готово\u2028[b]';

    const lines = texts.returnNotice('ru', [ticket(5, title)], 1).split('\n');

    expect(lines[1]).toBe(
      '[url=https://portal/crm/deal/details/5/]№ 5 x［/url］［url=https://evil］нажми［/url］ • Всё готово ［b］[/url]',
    );
    expect(lines).toHaveLength(4);
  });

  test('cannot turn the text around or hide in it', () => {
    expect(escapeBb('a\u202eb\u200bc\u0000d')).toBe('a b c d');
  });

  test('are cut where they are too long, between characters', () => {
    expect(escapeBb('😀'.repeat(121))).toBe(`${'😀'.repeat(119)}…`);
    expect(escapeBb('x'.repeat(120))).toBe('x'.repeat(120));
  });

  test.each(['javascript:alert(1)', 'https://a/]x[b', 'https://a b/', ''])(
    'leave out the link %s',
    (link) => {
      const [, line] = texts.returnNotice('en', [{ ...ticket(7, 'T'), link }], 1).split('\n');

      expect(line).toBe('No. 7 T');
    },
  );

  test('in gaps are made safe as well', () => {
    expect(texts.gap('ru', gap('open-task', { id: '5[b]' }))).toContain('№ 5［b］');
  });
});

describe('every gap', () => {
  test.each(GAP_CODES)('%s has a Russian and an English line with its clause', (code) => {
    const params = { id: 15, closeReason: 'spam', outcome: 'confirmed' };
    const ru = texts.gap('ru', gap(code, params));
    const en = texts.gap('en', gap(code, params));

    expect(ru).toMatch(/^[А-Я].*\((шаг|критерий|особый случай) \d\)$/);
    expect(en).toMatch(/^[A-Z][^а-я]*\((step|criterion|special case) \d\)$/);
    expect(`${ru}${en}`).not.toMatch(/[{}]/);
  });

  test('names reasons and outcomes as people know them', () => {
    const mismatch = gap('close-reason-mismatch', { closeReason: 'spam', outcome: 'no-answer' });

    expect(texts.gap('ru', mismatch)).toBe(
      'Исправьте причину закрытия: «Спам» не подходит к итогу «Нет ответа клиента» (шаг 7)',
    );
  });
});

describe('every alert', () => {
  test.each(ALERT_CODES)('%s is told in both languages, with or without params', (code) => {
    const params = { id: 5, link: 'https://portal/5/', returns: 3, pipeline: '2:5', stageId: 'X' };

    for (const given of [params, {}]) {
      expect(texts.alert('ru', code, given)).toMatch(/[а-я]{3}/);
      expect(texts.alert('en', code, given)).not.toMatch(/[а-я]|[{}]|undefined/);
    }
  });

  test('links to the ticket it is about', () => {
    expect(texts.alert('ru', 'return-loop', { id: 5, returns: 3, link: 'https://p/5/' })).toContain(
      '[url=https://p/5/]обращение № 5[/url] закрывают снова и снова (возвратов подряд: 3)',
    );
  });
});

describe('labels of closings', () => {
  test('stand in for a resolution nobody wrote', () => {
    expect(closeReasonLabel('ru', 'no-answer')).toBe('Нет ответа клиента');
    expect(texts.closeReasonLabel('en', 'solved')).toBe('Solved');
    expect(outcomeLabel('en', 'confirmed')).toBe('Confirmed by the client');
  });
});

describe('loadStaffTemplates', () => {
  const directory = mkdtempSync(join(tmpdir(), 'closegate-templates-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('names the file, line and column of what a template may not say', () => {
    cpSync(STAFF_TEMPLATE_DIR, directory, { recursive: true });
    writeFileSync(join(directory, 'en', 'return-comment.hbs'), 'Hello\n{{clientName}}');

    expect(() => loadStaffTemplates(directory)).toThrow(
      'staff/en/return-comment.hbs:2:1: unknown variable "clientName"',
    );
  });

  test('names a file that is gone', () => {
    cpSync(STAFF_TEMPLATE_DIR, directory, { recursive: true });
    rmSync(join(directory, 'ru', 'return-notice-one.hbs'));

    expect(() => loadStaffTemplates(directory)).toThrow('staff/ru/return-notice-one.hbs');
  });
});

describe('the morning message', () => {
  const line = {
    id: 12,
    title: 'Не [b]работает',
    link: 'https://portal/crm/deal/details/12/',
    note: 'закроется 24.11.2026 17:30 (UTC+3)',
    holdLink: 'https://gate.test/h/token1',
  };
  const digest = {
    date: '23.11.2026',
    lists: [
      { title: 'Ждут подтверждения', count: 3, tickets: [line] },
      { title: 'Вернулись в работу', count: 1, tickets: [{ ...line, holdLink: '' }] },
    ],
  };

  test('names each list with its count, first tickets and the pause where it makes sense', () => {
    expect(texts.dailyDigest('ru', digest)).toBe(
      [
        'Сводка на 23.11.2026',
        '',
        '[b]Ждут подтверждения: 3[/b]',
        '• [url=https://portal/crm/deal/details/12/]№ 12 Не ［b］работает[/url]: закроется 24.11.2026 17:30 (UTC+3) ([url=https://gate.test/h/token1]поставить на паузу[/url])',
        'и ещё 2',
        '',
        '[b]Вернулись в работу: 1[/b]',
        '• [url=https://portal/crm/deal/details/12/]№ 12 Не ［b］работает[/url]: закроется 24.11.2026 17:30 (UTC+3)',
      ].join('\n'),
    );
    expect(texts.dailyDigest('en', digest)).toContain('and 2 more');
  });
});
