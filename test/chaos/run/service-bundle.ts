/** The service in one file: loads in a fifth of the time that its sources take, and there are many starts in a chaos run. */
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import type { Plugin } from 'esbuild';

export interface ServiceBundle {
  /** What `fork` takes. */
  readonly script: string;
  remove(): Promise<void>;
  /** The same for whoever is at its exit. */
  removeNow(): void;
}

/** The checkout this run belongs to. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ENTRY = 'test/chaos/run/service-entry.ts';
const require = createRequire(import.meta.url);

/** @param root a checkout of this project with service-entry.ts in its place; absent: this one */
export async function bundleService(root: string = ROOT): Promise<ServiceBundle> {
  const dir = await mkdtemp(join(tmpdir(), 'closegate-bundle-'));
  const script = join(dir, 'service.mjs');
  await bundle({
    entryPoints: [join(root, ENTRY)],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    banner: { js: bannerOf(root) },
    plugins: [keepPlaces, leaveEsbuild],
  });
  const all = { recursive: true, force: true };
  return { script, remove: () => rm(dir, all), removeNow: () => rmSync(dir, all) };
}

/** CommonJS packages look for what Node gives them. */
function bannerOf(root: string): string {
  const file = JSON.stringify(join(root, 'package.json'));
  return [
    "import { createRequire as makeRequire } from 'node:module';",
    `const require = makeRequire(${file});`,
    `const __filename = ${file};`,
    `const __dirname = ${JSON.stringify(root)};`,
  ].join('\n');
}

/** Sources find their templates by their own place. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const place = JSON.stringify(pathToFileURL(path).href);
      return { contents: source.replaceAll('import.meta.url', place), loader: 'ts' };
    });
  },
};

/** It starts a program that lies beside it. */
const leaveEsbuild: Plugin = {
  name: 'leave-esbuild',
  setup(build) {
    const path = pathToFileURL(require.resolve('esbuild')).href;
    build.onResolve({ filter: /^esbuild$/ }, () => ({ path, external: true }));
  },
};
