/** What comes from elsewhere, and what must never go anywhere: packages, their licences, secrets in the tree. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Locked>;
};
const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);

describe('packages', () => {
  it('are pinned to one version each', () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );

    expect(loose).toEqual([]);
  });

  it('are each justified in the record of libraries', () => {
    const record = readFileSync('docs/adr/0006-libraries.md', 'utf8');
    // Types come with the library they describe.
    const silent = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => {
      const wanted = [name, `${name.split('/')[0]}/*`];
      return !name.startsWith('@types/') && !wanted.some((one) => record.includes(`\`${one}\``));
    });

    expect(silent).toEqual(['@jest/globals']);
  });

  it('that are shipped have licences that ask for nothing but their notice', () => {
    const free = new Set(['MIT', 'ISC', '0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause']);
    const other = shipped.filter(
      ([, { license, optional }]) => !optional && !free.has(license ?? ''),
    );
    // Builds for other systems: the registry was asked for this system's only, their sibling says MIT.
    const unsaid = shipped.filter(
      ([path, { license, optional }]) =>
        optional && license === undefined && !path.includes('@msgpackr-extract/'),
    );

    expect([...other, ...unsaid].map(([path, { license }]) => [path, license])).toEqual([]);
  });

  it('that are shipped are told by licence where people look', () => {
    const byLicence = new Map<string, string[]>();
    for (const [path, { license = 'not said' }] of shipped) {
      const name = path.split('node_modules/').at(-1) ?? path;
      byLicence.set(license, [...(byLicence.get(license) ?? []), name]);
    }
    const rows = [...byLicence].map(([license, names]) => {
      const which = names.toSorted().map((name) => `\`${name}\``);
      return `| ${license} | ${names.length} | ${license === 'MIT' ? 'all others' : which.join(', ')} |`;
    });
    const table = /\| licence \| packages \| which \|\n.+\n((?:\|.+\n)+)/.exec(
      readFileSync('docs/SECURITY.md', 'utf8'),
    )?.[1];

    expect(table?.trim().split('\n').toSorted()).toEqual(rows.toSorted());
  });

  it('are what they were when they were chosen: each has its digest', () => {
    const unsealed = shipped.filter(([, { integrity, optional }]) => !integrity && !optional);

    expect(unsealed.map(([path]) => path)).toEqual([]);
  });
});

/** What a secret looks like where it stands by mistake. */
const SECRETS: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----/],
  [
    'an incoming webhook of a real portal',
    /https:\/\/[\w-]+\.bitrix24\.\w+\/rest\/\d+\/(?!\w*secret|demo)[a-z0-9]{14,}\//,
  ],
  ['a key of a cloud', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b/],
  ['a token of a code host', /\b(?:ghp|gho|ghs|glpat|npm)_[0-9A-Za-z]{20,}\b/],
  [
    'a password in an address',
    /\b(?:redis|rediss|https?|postgres):\/\/[^\s:@/'"`${}<]+:(?!(?:pass|secret|hidden|…|\*|sentinel)[^@]*@)[^\s@/'"`${}<]{6,}@(?!(?:[\w-]+\.)*example)/i,
  ],
];

function offenders(text: string): readonly string[] {
  return SECRETS.filter(([, shape]) => shape.test(text)).map(([what]) => what);
}

function filesOf(folder: string, recursive: boolean): readonly string[] {
  return readdirSync(folder, { recursive, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.env')
    .map(({ parentPath, name }) => join(parentPath, name));
}

describe('the tree', () => {
  it('holds no secret', () => {
    const folders = ['src', 'test', 'docs', 'templates', 'ops', '.ci'];
    const files = [...filesOf('.', false), ...folders.flatMap((folder) => filesOf(folder, true))];
    // A tree that is not read would hold no secret either.
    expect(files.length).toBeGreaterThan(500);
    const found = files
      .filter(
        (file) => !/\.(?:png|ico|jpg)$|^package-lock\.json$|^test\/structure\/supply/.test(file),
      )
      .flatMap((file) => offenders(readFileSync(file, 'utf8')).map((what) => [file, what]));

    expect(found).toEqual([]);
  });

  it.each([
    ['-----BEGIN PRIVATE KEY-----', 'a private key'],
    ['https://acme.bitrix24.ru/rest/1/4kq7b0x9zz1h2ytr/', 'an incoming webhook of a real portal'],
    ['AKIAIOSFODNN7EXAMPLE', 'a key of a cloud'],
    ['redis://default:Zq81mmPp0x@10.0.0.4:6379', 'a password in an address'],
  ])('would be told of %s', (text, what) => {
    expect(offenders(text)).toEqual([what]);
  });
});
