import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { fieldSpecs } from '../../src/app/field-specs.ts';
import ru from '../../src/text/locale/ru.json' with { type: 'json' };

const guide = readFileSync('docs/ru/agent.md', 'utf8');
const labels = new Map<string, unknown>(Object.entries(ru));
const labelOf = (key: string): string => String(labels.get(`field.${key}`));

describe('the agents’ guide', () => {
  test.each(
    fieldSpecs((_language, key) => labelOf(key))
      .filter(({ service }) => !service)
      .map(({ key }) => labelOf(key)),
  )('speaks of the field «%s»', (label) => {
    expect(guide).toContain(label);
  });

  test('quotes fields and their values as the card shows them', () => {
    const shown = new Set(
      [...labels].filter(([key]) => key.startsWith('field.')).map(([, label]) => label),
    );
    const quoted = [...guide.matchAll(/«Подтвержд[^»]*»/g)].map(([text]) => text.slice(1, -1));

    expect(quoted).not.toEqual([]);
    expect(quoted.filter((label) => !shown.has(label))).toEqual([]);
  });
});
