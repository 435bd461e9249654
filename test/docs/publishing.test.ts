/** docs/PUBLISHING.md and docs/ru/local-app.md repeat app-manifest.json by hand: here they are held together. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readManifest } from '../../src/read-manifest.ts';

const PUBLISHING = readFileSync('docs/PUBLISHING.md', 'utf8');
const LOCAL_APP = readFileSync('docs/ru/local-app.md', 'utf8');
const { scopes, name, pages } = readManifest();

describe('the page about publishing', () => {
  it('lists every scope of the manifest with its need and reason, and no other', () => {
    const rows = [...PUBLISHING.matchAll(/^\| `(\w+)` \| (yes|no) \| (.+) \|$/gm)];

    expect(rows.map(([, scope, needed, why]) => [scope, needed === 'yes', why])).toEqual(
      scopes.map(({ scope, required, reason }) => [scope, required, reason.en]),
    );
  });

  it('names the app and its addresses as the manifest does', () => {
    expect(PUBLISHING).toContain(`**Название:** ${name.ru}`);
    expect(PUBLISHING).toContain(`**Name:** ${name.en}`);
    expect(PUBLISHING).toContain(`<your host>${pages.main}`);
    expect(PUBLISHING).toContain(`<your host>${pages.install}`);
  });
});

describe('the guide to the local app', () => {
  it('asks for exactly the scopes of the manifest', () => {
    const row = /^\| Права \| (.+) \|$/m.exec(LOCAL_APP)?.[1] ?? '';

    expect([...row.matchAll(/`(\w+)`/g)].map(([, scope = '']) => scope).toSorted()).toEqual(
      scopes.map(({ scope }) => scope).toSorted(),
    );
  });

  it('shows pictures that are there', () => {
    const shown = [...LOCAL_APP.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => path ?? '');

    expect(shown.length).toBeGreaterThanOrEqual(5);
    for (const path of shown) {
      expect([path, existsSync(join(dirname('docs/ru/local-app.md'), path))]).toEqual([path, true]);
    }
  });
});
