import { describe, expect, test } from '@jest/globals';
import { exportDocumentation } from '../../src/app/export-documentation.ts';
import { REFUSED } from '../../src/cli/parsed-args.ts';
import { parseDocumentationArgs } from '../../src/cli/run-documentation.ts';
import { createDocumentationTexts } from '../../src/text/documentation-texts.ts';
import { aGate } from '../support/a-gate.ts';
import type { TicketOverrides } from '../support/a-ticket.ts';
import { aRecord, NOON } from '../support/a-ticket.ts';
import { aWorkingTime } from '../support/a-working-time.ts';
import { FakeMoments } from '../support/fake-client-stores.ts';

const REF = { entityTypeId: 2, id: 759 };

function aPortal(ticket: TicketOverrides = {}) {
  const gate = aGate();
  gate.put(ticket);
  const documentation = createDocumentationTexts();
  const deps = {
    ...gate.deps,
    moments: new FakeMoments(),
    documentation,
    workingTime: async () => aWorkingTime(),
  };
  const ask = (request: Partial<Parameters<typeof exportDocumentation>[1]> = {}) =>
    exportDocumentation(
      'p1',
      { ref: REF, format: 'plain', cycle: null, language: null, ...request },
      deps,
    );
  return { gate, deps, ask };
}

describe('the arguments of npm run documentation', () => {
  test.each([
    [['2:759'], { ref: REF, format: 'md', cycle: null, language: null }],
    [
      ['128:41', '--format', 'plain', '--cycle', '2', '--lang', 'en'],
      { ref: { entityTypeId: 128, id: 41 }, format: 'plain', cycle: 2, language: 'en' },
    ],
  ])('%j', (argv, request) => {
    expect(parseDocumentationArgs(argv)).toMatchObject({ kind: 'run', args: request });
  });

  test.each([
    [[]],
    [['759']],
    [['2:0']],
    [['2:759', '2:760']],
    [['2:759', '--format', 'pdf']],
    [['2:759', '--cycle', '0']],
    [['2:759', '--cycle', '1.5']],
    [['2:759', '--lang', 'de']],
    [['2:759', '--what']],
  ])('refuses %j', (argv) => {
    expect(parseDocumentationArgs(argv)).toEqual(REFUSED);
  });
});

describe('the export of documentation (step-3)', () => {
  test('gives the regulation’s plain form in the pipeline’s language', async () => {
    const exported = await aPortal({ record: { closedAt: NOON } }).ask();
    const text = exported.kind === 'text' ? exported.text : '';
    expect(text).toContain('Обращение: 759\nДата закрытия: 11.03.2026 12:00 (UTC+3)');
    expect(text).toContain('До закрытия: 3 ч 0 мин рабочего времени, 10 ч 0 мин календарного');
  });

  test('gives Markdown in the language asked for', async () => {
    const exported = await aPortal({ record: { closedAt: NOON } }).ask({
      format: 'md',
      language: 'en',
    });
    expect(exported.kind === 'text' ? exported.text : '').toMatch(/^# Ticket: 759\n/);
  });

  test('has nothing of a ticket that is open, hidden or unknown', async () => {
    expect(await aPortal({ stageId: 'C5:NEW' }).ask()).toEqual({ kind: 'not-closed' });
    expect(await aPortal().ask({ ref: { entityTypeId: 2, id: 1 } })).toEqual({ kind: 'no-ticket' });
  });

  test('gives an earlier cycle as its timeline has it, the newest of an undone one', async () => {
    const { gate, deps, ask } = aPortal({ record: { cycle: 3, closedAt: NOON } });
    const written = (cycle: number, solution: string) =>
      deps.documentation.timeline('ru', {
        ...aRecord(),
        ticketId: 759,
        cycle,
        closedAt: '11.03.2026 12:00 (UTC+3)',
        outcome: 'confirmed',
        closeReason: 'solved',
        solution,
        times: null,
      });
    const long = Array.from({ length: 800 }, (_, n) => `шаг ${n}: проверили контроллер`).join('\n');
    for (const text of [
      ...written(1, 'Отменённое решение'),
      ...written(1, long),
      'Обращение: 759 передано',
      ...written(2, 'Решение второго цикла'),
    ]) {
      gate.tickets.comments.push({ ref: REF, text });
    }

    const first = await ask({ cycle: 1 });
    const text = first.kind === 'text' ? first.text : '';
    expect(text).not.toContain('Отменённое');
    expect(text).not.toContain('второго цикла');
    for (let n = 0; n < 800; n += 1) expect(text).toContain(`шаг ${n}: проверили`);
    const second = await ask({ cycle: 2 });
    expect(second.kind === 'text' ? second.text : '').toContain('Решение второго цикла');
    expect(await ask({ cycle: 7 })).toEqual({ kind: 'no-cycle' });
  });
});
