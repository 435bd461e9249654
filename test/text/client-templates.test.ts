import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { ClientTemplateName } from '../../src/text/client-templates.ts';
import {
  CLIENT_TEMPLATE_DIR,
  CLIENT_TEMPLATES,
  CLIENT_VARIABLES,
  loadClientTemplates,
  MAX_SOURCE,
  validateTemplate,
} from '../../src/text/client-templates.ts';
import { createClientTexts } from '../../src/text/client-texts.ts';
import { aClientMessage, LANGUAGES } from '../support/a-client-message.ts';

/** `as` is safe: the keys are the closed list itself. */
const NAMES = Object.keys(CLIENT_TEMPLATES) as ClientTemplateName[];
const FILES = LANGUAGES.flatMap((language) => NAMES.map((name) => [language, name] as const));
const HEAD = 'Обращение {{ticketId}}\n\n';

const found = (source: string, kind: ClientTemplateName = 'work-goes-on') =>
  validateTemplate(source, kind).map(({ line, column, code, name }) =>
    `${line}:${column} ${code} ${name}`.trimEnd(),
  );

const scratch = mkdtempSync(join(tmpdir(), 'client-templates-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describe('the templates in the repository', () => {
  test.each(FILES)('%s %s is without a problem', (language, name) => {
    const source = readFileSync(`${CLIENT_TEMPLATE_DIR}/${language}/${name}.hbs`, 'utf8');

    expect(validateTemplate(source, name)).toEqual([]);
  });

  test('use only variables that templates/README.md explains', () => {
    const page = readFileSync('templates/README.md', 'utf8');

    for (const variable of CLIENT_VARIABLES) expect(page).toContain(`| \`${variable}\` |`);
    for (const name of NAMES) expect(page).toContain(`\`${name}.hbs\``);
  });
});

describe('validateTemplate', () => {
  test.each([
    ['an unknown variable', `${HEAD}a\n  {{secret}}`, ['4:3 unknown-variable secret']],
    ['an unknown helper', `${HEAD}{{#with ticketId}}x{{/with}}`, ['3:1 unknown-helper with']],
    ['a helper call', `${HEAD}{{lookup a 0}}`, ['3:1 helper-arguments lookup']],
    [
      'a loop over what is no list',
      `${HEAD}{{#each ticketId}}x{{/each}}`,
      ['3:1 not-a-list ticketId'],
    ],
    ['a partial', `${HEAD}{{> other}}`, ['3:1 not-allowed PartialStatement']],
    ['the prototype', `${HEAD}{{constructor}}`, ['3:1 unknown-variable constructor']],
    ['a path', `${HEAD}{{ticketId.length}}`, ['3:3 not-a-name ticketId.length']],
    ['three braces', `${HEAD}{{{ticketId}}}`, ['3:1 three-braces ticketId']],
    ['what cannot be read', `${HEAD}{{#if link}}`, ['3:1 unclosed-block if']],
    ['a hole', `${HEAD}Hello, {{clientName}}!`, ['3:8 may-be-empty clientName']],
    [
      'a hole after else',
      `${HEAD}{{#if link}}x{{else}}{{link}}{{/if}}`,
      ['3:22 may-be-empty link'],
    ],
    [
      'a hole under another name',
      `${HEAD}{{#if closeBy}}{{link}}{{/if}}`,
      ['3:16 may-be-empty link'],
    ],
    ['a placeholder', `${HEAD}Hello, [Name]!`, ['3:8 placeholder [Name]']],
    ['a tag', `${HEAD}[b]x[/b]`, ['3:1 placeholder [b]', '3:5 placeholder [/b]']],
    ['escaped braces', `${HEAD}\\{{ticketId}}`, ['3:1 placeholder \\{{']],
    ['an open bracket', `${HEAD}a [ b`, ['3:3 placeholder [ b']],
    ['a link to elsewhere', `${HEAD}[x](https://evil.test)`, ['3:1 placeholder [x]']],
    ['an invisible character', `${HEAD}a\u202eb`, ['3:2 control-character U+202E']],
    ['a stand-in for a value', `${HEAD}a\uE000b`, ['3:2 control-character U+E000']],
    ['no subject', `\n{{ticketId}}`, ['1:1 subject-missing']],
    ['a subject without an empty line below', `{{ticketId}}\nx`, ['1:1 subject-missing']],
    [
      'a subject without the number',
      `Hello\n\n{{ticketId}}`,
      ['1:1 subject-number-missing ticketId'],
    ],
    [
      'a number only under a condition',
      `x {{#if link}}{{ticketId}}{{/if}}\n\nx`,
      ['1:1 subject-number-missing ticketId'],
    ],
  ])('refuses %s, with line and column', (_what, source, problems) => {
    expect(found(source)).toEqual(expect.arrayContaining(problems));
  });

  test('tells every problem, in reading order', () => {
    expect(found(`${HEAD}{{a}}\n[b]\n{{c}}`)).toEqual([
      '3:1 unknown-variable a',
      '4:1 placeholder [b]',
      '5:1 unknown-variable c',
    ]);
  });

  test('tells which variables a request cannot do without', () => {
    expect(found(`${HEAD}{{solution}}`, 'request')).toEqual([
      '1:1 variable-missing link',
      '1:1 variable-missing closeBy',
    ]);
  });

  test('accepts conditions, a link with words, and comments', () => {
    const source = `${HEAD}{{! [note] }}{{#unless link}}x{{else}}[Open]({{link}}){{/unless}} {{!-- }} [y] --}}`;

    expect(found(source)).toEqual([]);
  });

  test('refuses what is too long without reading it', () => {
    expect(found(`${HEAD}${'x'.repeat(MAX_SOURCE)}`)).toEqual([
      expect.stringMatching(/^3:\d+ too-long$/u),
    ]);
  });

  test('refuses blocks that go too deep', () => {
    const deep = 300;
    const source = `${HEAD}${'{{#if link}}'.repeat(deep)}${'{{/if}}'.repeat(deep)}`;

    expect(found(source)).toEqual([expect.stringContaining('too-deep if')]);
  });
});

describe('loading', () => {
  const copy = (name: string): string => {
    const directory = join(scratch, name);
    cpSync(CLIENT_TEMPLATE_DIR, directory, { recursive: true });
    return directory;
  };

  test('names the file, line and column of a wrong template', () => {
    const directory = copy('wrong');
    writeFileSync(join(directory, 'en/reminder.hbs'), 'Ticket {{ticketId}}\n\nHi {{nobody}}');

    expect(() => loadClientTemplates(directory)).toThrow(
      expect.objectContaining({
        code: 'template-failed',
        message: expect.stringContaining('client/en/reminder.hbs:1:1:'),
      }),
    );
  });

  test('names a template that is missing', () => {
    const directory = copy('missing');
    rmSync(join(directory, 'ru/notice-no-answer.hbs'));

    expect(() => loadClientTemplates(directory)).toThrow(
      'Put back the template client/ru/notice-no-answer.hbs.',
    );
  });

  test('lets nothing leave whose conditions drop what it needs', () => {
    const directory = copy('dropping');
    const source =
      'Ticket {{ticketId}}\n\n{{#if clientName}}{{link}}{{/if}} {{solution}} {{closeBy}}';
    writeFileSync(join(directory, 'en/request.hbs'), source);
    const texts = createClientTexts(loadClientTemplates(directory));

    expect(texts.render('request', 'en', aClientMessage())?.bb).toContain(
      '[url]https://gate.test/c/token[/url]',
    );
    expect(() => texts.render('request', 'en', aClientMessage({ clientName: '' }))).toThrow(
      'client/en/request.hbs: show "link" whatever the conditions.',
    );
  });

  test('reads what was saved on Windows', () => {
    const directory = copy('windows');
    const file = join(directory, 'ru/request.hbs');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'));
    const texts = createClientTexts(loadClientTemplates(directory));

    expect(texts.render('request', 'ru', aClientMessage())).toEqual(
      createClientTexts().render('request', 'ru', aClientMessage()),
    );
  });
});
