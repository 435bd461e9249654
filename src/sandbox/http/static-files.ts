import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../web/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
const PAGES = [/^\/$/, /^\/crm\/deal\/details\/\d+\/?$/, /^\/crm\/type\/\d+\/details\/\d+\/?$/];

/** The board and the cards are one page; `/assets/*` are the files beside it. Null: not a page. */
export async function serveStatic(path: string, response: ServerResponse): Promise<boolean> {
  const name = pageName(path) ?? assetName(path);
  if (name === null) return false;
  const file = normalize(join(ROOT, name));
  if (!file.startsWith(ROOT.endsWith(sep) ? ROOT : ROOT + sep)) return false;
  try {
    const bytes = await readFile(file);
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(bytes);
    return true;
  } catch {
    return false;
  }
}

function pageName(path: string): string | null {
  if (/^\/note(\/document\/\d+)?\/?$/.test(path)) return 'knowledge.html';
  if (/^\/(devops|marketplace\/app\/[^/]+)\/?$/.test(path)) return 'devops.html';
  return PAGES.some((page) => page.test(path)) ? 'index.html' : null;
}

function assetName(path: string): string | null {
  if (!path.startsWith('/assets/')) return null;
  try {
    return decodeURIComponent(path.slice('/assets/'.length));
  } catch {
    return null;
  }
}
