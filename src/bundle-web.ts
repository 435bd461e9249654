/** Bundles the pages inside Bitrix24 when the service starts: in memory, hashed names, nothing to build by hand (ADR 12). */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Entry of src/web → its page. */
export const WEB_PAGES = ['card', 'admin'] as const;
export type WebPage = (typeof WEB_PAGES)[number];

export interface WebAsset {
  /** `card-1a2b3c4d.js`: changes with the content, so it may be cached for ever. */
  readonly name: string;
  readonly type: 'text/javascript; charset=utf-8' | 'text/css; charset=utf-8';
  readonly body: Buffer;
}

export interface WebBundle {
  readonly assets: ReadonlyMap<string, WebAsset>;
  /** What a page loads, by asset name. */
  readonly pages: Readonly<Record<WebPage, { readonly script: string; readonly style: string }>>;
}

const SOURCE = fileURLToPath(new URL('web', import.meta.url));

/** Throws when a page's source does not compile: a service without its pages must not start silently. */
export async function bundleWeb(): Promise<WebBundle> {
  const assets = new Map<string, WebAsset>();
  const pages = await Promise.all(
    WEB_PAGES.map(async (page) => {
      // A page that is not written yet has no files, and its document loads none.
      const files = existsSync(`${SOURCE}/${page}/main.tsx`) ? await bundlePage(page) : [];
      for (const file of files) assets.set(file.name, file);
      const named = (extension: string): string =>
        files.find(({ name }) => extname(name) === extension)?.name ?? '';
      return [page, { script: named('.js'), style: named('.css') }] as const;
    }),
  );
  const [card, admin] = pages.map(([, files]) => files);
  if (!card || !admin) throw new Error('every page has its files');
  return { assets, pages: { card, admin } };
}

/** One page alone, for tests that need no other. */
export async function bundlePage(page: WebPage): Promise<readonly WebAsset[]> {
  const result = await build({
    entryPoints: [`${SOURCE}/${page}/main.tsx`],
    outdir: page,
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return result.outputFiles.map(({ path, contents }) => {
    const extension = extname(basename(path));
    const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
    return {
      name: `${page}-${hash}${extension}`,
      type: extension === '.css' ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
      body: Buffer.from(contents),
    };
  });
}
