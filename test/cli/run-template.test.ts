import { describe, expect, test } from '@jest/globals';
import type { Previews } from '../../src/cli/run-template.ts';
import { parseTemplateArgs, runTemplate } from '../../src/cli/run-template.ts';
import { AppError } from '../../src/errors.ts';
import { CLIENT_PREVIEWS, previewClientMessage } from '../../src/message-previews.ts';
import { loadOriginals } from '../../src/text/original-templates.ts';
import { createTextSets } from '../../src/text/text-sets.ts';
import { EVERY_MESSAGE } from '../support/a-client-message.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import { fakeTools } from '../support/fake-tools.ts';
import { recordingLog } from '../support/recording-log.ts';

const PREVIEWS: Previews = { ...CLIENT_PREVIEWS, preview: previewClientMessage };
const parse = (...argv: string[]) => parseTemplateArgs(argv, 'ru', PREVIEWS);

async function run(argv: readonly string[], previews: Previews = PREVIEWS, tools = fakeTools()) {
  const terminal = fakeTerminal();
  const code = await runTemplate(argv, fakeContext(terminal, tools), previews);
  return { code, out: terminal.stdout.join('\n'), said: terminal.stderr.join('\n') };
}

describe('parseTemplateArgs', () => {
  test('previews a confirmed closing as plain text unless told otherwise', () => {
    expect(parse('notice')).toEqual({
      kind: 'run',
      language: 'ru',
      args: {
        request: { kind: 'notice', outcome: 'confirmed', language: 'ru', format: 'plain' },
        own: false,
      },
    });
  });

  test('takes language, outcome and form', () => {
    expect(parse('notice', '--lang', 'en', '--outcome=no-answer', '--format', 'bb')).toEqual({
      kind: 'run',
      language: 'en',
      args: {
        request: { kind: 'notice', outcome: 'no-answer', language: 'en', format: 'bb' },
        own: false,
      },
    });
  });

  test('takes the name of a notice as its file is called', () => {
    expect(parse('notice-duplicate')).toMatchObject({
      args: { request: { kind: 'notice', outcome: 'duplicate' } },
    });
  });

  test.each([
    [[], 'template.bad-name'],
    [['nothing'], 'template.bad-name'],
    [['request', 'notice'], 'template.bad-name'],
    [['notice', '--outcome', 'lost'], 'template.bad-outcome'],
    [['notice', '--format', 'pdf'], 'template.bad-format'],
    [['notice', '--lang', 'de'], 'template.bad-lang'],
    [['notice', '--lang'], 'cli.unknown-option'],
    [['notice', '--nonsense'], 'cli.unknown-option'],
  ])('refuses %j', (argv, key) => {
    expect(parse(...argv)).toMatchObject({ kind: 'refused', complaints: [{ key }] });
  });

  test('tells everything that is wrong at once', () => {
    expect(parse('x', '--outcome', 'y', '--format', 'z')).toMatchObject({
      complaints: [
        { key: 'template.bad-name' },
        { key: 'template.bad-outcome' },
        { key: 'template.bad-format' },
      ],
    });
  });
});

describe('runTemplate', () => {
  test.each(EVERY_MESSAGE)(
    'shows $kind $outcome in $language',
    async ({ kind, outcome, language }) => {
      const { code, out } = await run([
        kind,
        '--lang',
        language,
        '--outcome',
        outcome ?? 'confirmed',
      ]);

      expect(code).toBe(0);
      expect(out).toContain('759');
      expect(out).toMatch(language === 'ru' ? /^Тема: / : /^Subject: /);
    },
  );

  test('shows a letter as one HTML document', async () => {
    expect((await run(['request', '--format', 'html'])).out).toMatch(
      /^<!DOCTYPE html>[\s\S]*<\/html>$/,
    );
  });

  test('says that spam is sent nothing', async () => {
    const { code, out, said } = await run(['notice', '--outcome', 'spam']);

    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(said).toContain('ничего не отправляется');
  });

  test('explains itself', async () => {
    const { code, out } = await run(['--help', '--lang', 'en']);

    expect(code).toBe(0);
    expect(out).toMatch(/request, reminder, notice, work-goes-on[\s\S]*no-answer/);
  });

  test('ends with 2 and the usage when it is called wrongly', async () => {
    const { code, out, said } = await run(['nothing']);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(said).toContain('Шаблона «nothing» нет');
    expect(said).toContain('npm run template');
  });

  test('ends with 1 and the place when a template is wrong', async () => {
    const { code, said } = await run(['request'], {
      ...PREVIEWS,
      preview: () => {
        throw new AppError('template-failed', 'client/ru/request.hbs:3:1: unknown variable "x"');
      },
    });

    expect(code).toBe(1);
    expect(said).toContain('client/ru/request.hbs:3:1');
  });

  test('with --own, the words of the portal; without it the originals', async () => {
    const tools = fakeTools();
    const text =
      'Обращение {{ticketId}}\n\nРебята из PASS24 говорят: {{solution}} {{link}} {{closeBy}}';
    const change = { language: 'ru', name: 'request', text, version: 0 } as const;
    await tools.templates.store.save('webhook', { ...change, savedAt: 1, savedBy: 1 });
    const sets = createTextSets(loadOriginals(), recordingLog());
    const inForce = sets.withOwn('webhook', await tools.templates.store.read('webhook'));
    const own = { ...tools, templates: { ...tools.templates, inForce } };

    const shown = await run(['request', '--own'], PREVIEWS, own);
    const original = await run(['request'], PREVIEWS, own);

    expect(shown.code).toBe(0);
    expect(shown.out).toContain('Ребята из PASS24 говорят');
    expect(original.out).not.toContain('Ребята из PASS24 говорят');
  });
});
