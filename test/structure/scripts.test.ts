import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** Files reached from `entry` by imports (types are erased) and by addresses of scripts that it starts: relative names in quotes. */
function reached(entry: string): Set<string> {
  const files = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const text = readFileSync(file, 'utf8').replaceAll(/^import type .*?;$/gms, '');
    for (const [, name = ''] of text.matchAll(/'(\.\.?\/[^'\n]+\.(?:ts|js))'/g)) {
      const next = join(dirname(file), name);
      if (existsSync(next)) waiting.push(next);
    }
  }
  return files;
}

const importsJest = (file: string): boolean =>
  /^(import (?!type )|\} )[^;]*'@jest\/globals'/m.test(readFileSync(file, 'utf8'));

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Record<string, string>;
};
const entries = Object.entries(scripts).flatMap(([name, command]) => {
  const [, file] = /^node --import tsx (test\/\S+\.ts)/.exec(command) ?? [];
  return file === undefined ? [] : [{ name, file: normalize(file) }];
});

describe('scripts that node runs from the tests', () => {
  test('are the benchmarks, the soak and the chaos', () => {
    expect(entries.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['bench', 'bench:units', 'soak', 'chaos', 'chaos:kills']),
    );
  });

  test.each(entries)('$name imports nothing that only works within jest', ({ file }) => {
    expect([...reached(file)].filter(importsJest)).toEqual([]);
  });

  test('are followed through what they import and what they start', () => {
    const files = reached(join('test', 'bench', 'run.ts'));

    expect(files).toContain(join('test', 'bench', 'idle-portals.ts'));
    expect(files).toContain(join('src', 'portal-pool.ts'));
    expect(importsJest(join('test', 'support', 'failover-story.ts'))).toBe(true);
  });
});
