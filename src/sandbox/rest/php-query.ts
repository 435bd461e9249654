import { textOf } from '../text-of.ts';

/** PHP's parse_str: nested keys in brackets; maps whose keys run 0…n-1 become lists. */
export type PhpValue = string | PhpValue[] | { [key: string]: PhpValue };
type PhpMap = { [key: string]: PhpValue };

const MAX_DEPTH = 32;

export function parsePhpQuery(query: string): PhpMap {
  const root: PhpMap = Object.create(null);
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const rawKey = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    const path = keyPath(decode(rawKey));
    if (path.length > 0 && path.length <= MAX_DEPTH) put(root, path, value);
  }
  const shaped: PhpMap = {};
  for (const [key, value] of Object.entries(root)) shaped[key] = listsFromMaps(value);
  return shaped;
}

function keyPath(key: string): string[] {
  const bracket = key.indexOf('[');
  if (bracket <= 0) return key === '' ? [] : [key];
  const path = [key.slice(0, bracket)];
  for (const match of key.slice(bracket).matchAll(/\[([^\]]*)\]/g)) path.push(match[1] ?? '');
  return path;
}

function put(root: PhpMap, path: readonly string[], value: string): void {
  let node = root;
  path.forEach((step, index) => {
    const key = step === '' ? String(Object.keys(node).length) : step;
    if (index === path.length - 1) {
      node[key] = value;
      return;
    }
    const next = node[key];
    const map: PhpMap =
      typeof next === 'object' && !Array.isArray(next) ? next : Object.create(null);
    node[key] = map;
    node = map;
  });
}

function listsFromMaps(value: PhpValue): PhpValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([k, v]) => [k, listsFromMaps(v)] as const);
  if (entries.length > 0 && entries.every(([key], index) => key === String(index))) {
    return entries.map(([, entry]) => entry);
  }
  return Object.fromEntries(entries);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** PHP's http_build_query: percent-encoded nested keys, every scalar a string. */
export function buildPhpQuery(data: Readonly<Record<string, unknown>>): string {
  const parts: string[] = [];
  const walk = (key: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    if (typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) walk(`${key}[${name}]`, inner);
      return;
    }
    parts.push(`${encodeURIComponent(key)}=${encodeURIComponent(textOf(value))}`);
  };
  for (const [key, value] of Object.entries(data)) walk(key, value);
  return parts.join('&');
}
