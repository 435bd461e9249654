import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ClosingDocument } from '../../src/app/ports/documentation.ts';
import { loadDocumentationTemplates } from '../../src/text/documentation-templates.ts';
import { createDocumentationTexts, MAX_COMMENT } from '../../src/text/documentation-texts.ts';

const texts = createDocumentationTexts();

function aDocument(overrides: Partial<ClosingDocument> = {}): ClosingDocument {
  return {
    ticketId: 759,
    cycle: 1,
    closedAt: '23.11.2026 12:00 (UTC+3)',
    outcome: 'confirmed',
    closeReason: 'solved',
    problem: 'Не открывается шлагбаум',
    cause: 'Истёк сертификат контроллера',
    solution: 'Выпустили новый сертификат\nи перезапустили контроллер',
    recommendations: 'Продлевать сертификат за месяц',
    resources: ['https://kb.example/certificates'],
    productVersion: '',
    productInstruction: '',
    resolution: '',
    timeSpent: 45,
    times: {
      toSolution: { working: 105, calendar: 3885 },
      toClosing: { working: 210, calendar: 3990 },
      toAnswer: { working: 105, calendar: 105 },
      waiting: { working: 105, calendar: 105 },
      held: { working: 0, calendar: 0 },
    },
    ...overrides,
  };
}

describe('the documentation of a closing (step-3)', () => {
  test('has every heading of the regulation’s template, in its order', () => {
    expect(texts.plain('ru', aDocument())).toBe(
      [
        'Обращение: 759',
        'Дата закрытия: 23.11.2026 12:00 (UTC+3)',
        'Время решения: 1 ч 45 мин рабочего времени (2 дн. 16 ч 45 мин календарного)',
        '',
        'Описание проблемы:',
        'Не открывается шлагбаум',
        '',
        'Причина проблемы:',
        'Истёк сертификат контроллера',
        '',
        'Решение:',
        'Выпустили новый сертификат',
        'и перезапустили контроллер',
        '',
        'Время решения:',
        'До решения: 1 ч 45 мин рабочего времени, 2 дн. 16 ч 45 мин календарного',
        'До закрытия: 3 ч 30 мин рабочего времени, 2 дн. 18 ч 30 мин календарного',
        'Из них ждали клиента: 1 ч 45 мин рабочего времени, 1 ч 45 мин календарного',
        'Трудозатраты специалиста: 45 мин',
        '',
        'Дополнительные рекомендации:',
        'Продлевать сертификат за месяц',
        '',
        'Использованные ресурсы:',
        'https://kb.example/certificates',
        '',
        'Статус: Решено',
      ].join('\n'),
    );
  });

  test('is the same in English', () => {
    const lines = texts.plain('en', aDocument()).split('\n');
    expect(lines[0]).toBe('Ticket: 759');
    expect(lines.filter((line) => line.endsWith(':'))).toEqual([
      'Problem description:',
      'Cause of the problem:',
      'Solution:',
      'Time to solution:',
      'Further recommendations:',
      'Resources used:',
    ]);
    expect(lines.at(-1)).toBe('Status: Solved');
  });

  test('names its cycle from the second on', () => {
    expect(texts.plain('ru', aDocument({ cycle: 2 }))).toContain(
      'Обращение: 759 (цикл закрытия 2)',
    );
  });

  test('says so where a time or a field is not known', () => {
    const plain = texts.plain('ru', aDocument({ times: null, timeSpent: null, resources: [] }));
    expect(plain).toContain('Время решения: не посчитано: начало этого цикла не записано');
    expect(plain).toContain('Использованные ресурсы:\nне указано');
  });

  test.each([
    ['no-answer', 'Статус: Решено, закрыто без подтверждения клиента'],
    ['duplicate', 'Статус: Закрыто как дубль'],
    ['product-update', 'Статус: Решено обновлением продукта'],
  ] as const)('has a status of its own for %s', (outcome, status) => {
    expect(texts.plain('ru', aDocument({ outcome }))).toContain(status);
  });

  test('special case 2 · documents the need for an update', () => {
    const plain = texts.plain(
      'ru',
      aDocument({
        outcome: 'product-update',
        productVersion: '4.12',
        productInstruction: 'Нажмите «Обновить»',
      }),
    );
    expect(plain).toContain('Решение требует обновления продукта до версии 4.12');
    expect(plain).toContain('Инструкция по обновлению:\nНажмите «Обновить»');
  });

  test('quotes the result where nobody solved anything', () => {
    const closed = { solution: '', outcome: 'duplicate', closeReason: 'duplicate' } as const;
    expect(texts.plain('ru', aDocument({ ...closed, resolution: 'Дубль № 7' }))).toContain(
      'Решение:\nДубль № 7',
    );
    expect(texts.plain('ru', aDocument(closed))).toContain('Решение:\nДубль');
  });

  test('brings no BB code of a field to the timeline', () => {
    const [comment] = texts.timeline('ru', aDocument({ solution: '[url=https://evil]тут[/url]' }));
    expect(comment).not.toMatch(/[[\]]/);
    expect(comment).toContain('тут');
  });

  test('brings no markup of a field to Markdown', () => {
    const solution = '# Заголовок\n- пункт\n1. раз\n[ссылка](javascript:alert(1)) <b>*x*</b> `y`';
    const markdown = texts.markdown('ru', aDocument({ solution }));
    expect(markdown).toContain(
      '\\# Заголовок\\\n\\- пункт\\\n1\\. раз\\\n\\[ссылка\\](javascript:alert(1)) \\<b\\>\\*x\\*\\</b\\> \\`y\\`',
    );
    expect(markdown).toContain('## Использованные ресурсы\n\n- <https://kb.example/certificates>');
  });

  test('takes a resource for a link only when it is an address', () => {
    const resources = ['javascript:alert(1)', 'https://a.example/x>y', 'Письмо от 3 мая'];
    const markdown = texts.markdown('ru', aDocument({ resources }));
    expect(markdown).not.toContain('<javascript');
    expect(markdown).toContain('- https://a.example/x\\>y');
    expect(markdown).toContain('- Письмо от 3 мая');
  });

  test('a long text is not lost: it takes several comments, each below the limit', () => {
    const line = 'Перезапустили контроллер и проверили проход. 🚧';
    const solution = Array.from({ length: 900 }, (_, n) => `${n}: ${line}`).join('\n');
    const parts = texts.timeline('ru', aDocument({ solution }));

    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(MAX_COMMENT + 200);
    for (let n = 0; n < 900; n += 1) {
      expect(parts.some((part) => part.includes(`${n}: ${line}`))).toBe(true);
    }
    expect(parts[1]).toContain(
      `Обращение: 759, документация от 23.11.2026 12:00 (UTC+3), часть 2 из ${parts.length}`,
    );
    expect(parts.at(-1)).toContain('Статус: Решено');
  });

  test('a line without breaks is cut between letters', () => {
    const parts = texts.timeline('ru', aDocument({ solution: '🚧'.repeat(20_000) }));
    expect(parts.every((part) => !/[\uD800-\uDFFF]/u.test(part))).toBe(true);
    expect([...parts.join('').matchAll(/🚧/gu)]).toHaveLength(20_000);
  });
});

describe('the documentation templates', () => {
  test.each([
    ['a heading’s variable is missing', 'Обращение: {{ticket}}', 'name {{closedAt}}'],
    [
      'a variable is unknown',
      '{{ticket}}{{closedAt}}{{solvedIn}}{{problem}}{{cause}}{{solution}}{{times}}{{recommendations}}{{resources}}{{status}}{{client}}',
      'unknown variable "client"',
    ],
  ])('are refused when %s', (_what, source, message) => {
    const directory = mkdtempSync(join(tmpdir(), 'documentation-'));
    cpSync('templates/documentation', directory, { recursive: true });
    writeFileSync(join(directory, 'ru', 'solution.hbs'), source);
    expect(() => loadDocumentationTemplates(directory)).toThrow(message);
  });
});
