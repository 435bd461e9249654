import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import manifest from '../../package.json' with { type: 'json' };
import { applySettings, SETTING_KEYS } from '../../src/app/setup-pipeline-settings.ts';
import { STAGE_ROLES } from '../../src/app/setup-pipeline-draft.ts';
import { OWN_FIELDS_ONLY } from '../../src/core/field-mapping.ts';
import { CRITERION_IDS } from '../../src/core/policy.ts';
import { regulationPreset } from '../../src/core/regulation-preset.ts';

const SCRIPTS = Object.keys(manifest.scripts);
/** npm has words of its own for these. */
const WITHOUT_RUN = ['start', 'test'];

function pagesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

const PAGES = [
  ...readdirSync('.').filter((name) => /^README.*\.md$/.test(name)),
  ...pagesUnder('docs'),
  ...pagesUnder('templates'),
];
const textOf = (page: string): string => readFileSync(page, 'utf8');
const commandsIn = (text: string): string[] => [
  ...[...text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, name = '']) => name),
  ...[...text.matchAll(/npm (start|test)\b/g)].map(([, name = '']) => name),
];

describe('commands in the documentation', () => {
  test.each(PAGES)('%s names scripts that exist', (page) => {
    expect(commandsIn(textOf(page)).filter((name) => !SCRIPTS.includes(name))).toEqual([]);
  });

  test('leave no script without a word', () => {
    const named = new Set(PAGES.flatMap((page) => commandsIn(textOf(page))));
    expect(SCRIPTS.filter((name) => !named.has(name))).toEqual([]);
  });

  test('of people who run the app are all in the table of the administrator’s guide', () => {
    const guide = textOf('docs/ru/admin.md');
    const commands = Object.entries(manifest.scripts)
      .filter(([, script]) => script.includes('src/cli/') || script.includes('src/main.ts'))
      .map(([name]) => (WITHOUT_RUN.includes(name) ? `npm ${name}` : `npm run ${name}`));

    expect(commands.filter((command) => !guide.includes(`| \`${command}\` |`))).toEqual([]);
  });
});

describe('the administrator’s guide', () => {
  const guide = textOf('docs/ru/admin.md');
  const rowOf = (key: string): string =>
    guide.split('\n').find((line) => line.startsWith(`| \`${key}\` |`)) ?? '';

  const ONE_BY_ONE = SETTING_KEYS.filter((key) => !/^(?:criterion|field|items)\./.test(key));

  test.each([...ONE_BY_ONE, 'field.solution', 'items.closeReason'])(
    'explains the setting %s with an example',
    (key) => {
      expect(rowOf(key)).toContain(`\`--set ${key}=`);
    },
  );

  test.each(regulationPreset().criteria)('tells the strictness of $id', ({ id, strictness }) => {
    expect(rowOf(`criterion.${id}`)).toMatch(new RegExp(`\\| \`${strictness}\` \\|$`));
  });

  test('names every role of a stage, and no strange criterion', () => {
    for (const role of STAGE_ROLES) {
      const [kind = '', outcome = kind] = role.split(':');
      expect(guide).toContain(`\`${outcome}\``);
      expect(rowOf(outcome === kind ? kind : 'closed:<итог>')).not.toBe('');
    }
    const named = [...guide.matchAll(/criterion\.([a-z-]+)/g)].map(([, id = '']) => id);
    expect(new Set(named)).toEqual(new Set(CRITERION_IDS));
  });
});

describe('settings in the documentation', () => {
  const settings = {
    ...regulationPreset(),
    diagnostics: null,
    leads: [],
    overriders: [],
    cutoff: null,
    language: 'ru',
    returnStage: '',
    mapping: OWN_FIELDS_ONLY,
  } as const;

  test.each(PAGES)('%s gives examples that setup accepts', (page) => {
    const examples = [...textOf(page).matchAll(/--set ([\w.-]+)=([^\s`)]+)/g)]
      .map(([, key = '', value = '']) => ({ key, value }))
      .filter(({ value }) => !/[<…]/.test(value));

    expect(applySettings(settings, examples).problems).toEqual([]);
  });
});

describe('links of the documentation', () => {
  test.each(PAGES)('%s leads to files that exist', (page) => {
    const targets = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      // Web addresses, and placeholders of templates.
      .filter((target) => !/^(?:https?:|mailto:|#|\{\{)/.test(target));
    const missing = targets.filter((target) => {
      const [path = ''] = target.split('#');
      return !existsSync(join(page, '..', path));
    });
    expect(missing).toEqual([]);
  });
});
