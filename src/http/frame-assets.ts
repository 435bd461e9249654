/** Scripts and styles of the pages inside the portal: hashed names, so cached for ever; compressed once. */
import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';
import { Html, html } from '../html.ts';
import { sendError } from './send-error.ts';

/** As src/bundle-web.ts makes it. */
export interface FrameAssets {
  readonly assets: ReadonlyMap<string, { readonly type: string; readonly body: Buffer }>;
  /** What a page loads, by asset name. */
  readonly pages: Readonly<
    Record<'card' | 'admin', { readonly script: string; readonly style: string }>
  >;
}

/** How a page gets its style, and the one source its `style-src` needs for that. */
export interface PageStyle {
  readonly tag: Html | null;
  readonly source: string;
}

/** A page up to this and its few kilobytes of state come in the first packets of an answer (some 14 KiB). */
const INLINE_BYTES = 8 * 1024;

/** A small style stands in the page, so that its first paint waits for nothing; a large one is worth keeping in the cache. */
export function pageStyle({ assets }: FrameAssets, name: string): PageStyle {
  if (name === '') return { tag: null, source: "'none'" };
  const body = assets.get(name)?.body;
  if (!body || body.length > INLINE_BYTES) {
    return { tag: html`<link rel="stylesheet" href="/assets/${name}" />`, source: "'self'" };
  }
  const digest = createHash('sha256').update(body).digest('base64');
  // Exactly the bytes the digest is of: a space more, and no browser applies it.
  const tag = new Html(`<style>${body.toString('utf8')}</style>`);
  return { tag, source: `'sha256-${digest}'` };
}

interface Packed {
  readonly type: string;
  readonly forms: ReadonlyMap<'br' | 'gzip' | 'identity', Buffer>;
}

export function createAssetsRoute({ assets }: FrameAssets): RequestHandler {
  const packed = new Map([...assets].map(([name, { type, body }]) => [name, pack(type, body)]));
  return (req, res) => {
    const asset = packed.get(String(req.params['name'] ?? ''));
    if (!asset) return sendError(res, 404, 'not-found');
    const form = acceptedForm(req);
    res.set({
      'Content-Type': asset.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
      ...(form === 'identity' ? {} : { 'Content-Encoding': form }),
    });
    endWith(req, res, asset.forms.get(form) ?? Buffer.alloc(0));
  };
}

function pack(type: string, body: Buffer): Packed {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  return {
    type,
    forms: new Map([
      ['br', brotliCompressSync(body, { params })] as const,
      ['gzip', gzipSync(body, { level: 9 })] as const,
      ['identity', body] as const,
    ]),
  };
}

function acceptedForm(req: Request): 'br' | 'gzip' | 'identity' {
  const accepted = String(req.headers['accept-encoding'] ?? '');
  const takes = (form: string): boolean =>
    new RegExp(`\\b${form}\\b(?!\\s*;\\s*q=0(?:\\D|$))`).test(accepted);
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : 'identity';
}

function endWith(req: Request, res: Response, body: Buffer): void {
  res.set('Content-Length', String(body.length));
  res.end(req.method === 'HEAD' ? undefined : body);
}
