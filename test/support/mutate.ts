/** Seeded damage to JSON: what a foreign side may send instead of what it promised. */

export type Random = () => number;

/** Mulberry32: small, seeded, the same everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

/** Values of every kind that a parser may stumble over. */
const ODD: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  1e308,
  0.1,
  true,
  false,
  [],
  {},
  'N',
  'Y',
  '0',
  '-',
  'null',
  '2026-13-45T99:99:99+99:99',
  '2026-11-22',
  '١٢٣',
  '9'.repeat(400),
  'x'.repeat(5000),
  '\u0000\u0001\ufffe',
  '\ud800',
  '<script>alert(1)</script>',
  '{{constructor}}',
  ['a', ['b', ['c']]],
  { length: 3 },
  { 0: 'a', 1: 'b' },
  { toString: 'no' },
];
const ODD_KEYS = ['__proto__', 'constructor', 'toString', 'length', '0', '', ' ', 'hasOwnProperty'];

/** A copy with `times` damages: a value replaced, a key gone, added or doubled, a list wrapped or cut. */
export function damaged(value: unknown, random: Random, times = 1): unknown {
  let copy: unknown = structuredClone(value);
  for (let n = 0; n < times; n += 1) copy = damagedOnce(copy, random);
  return copy;
}

function damagedOnce(value: unknown, random: Random): unknown {
  const container = typeof value === 'object' && value !== null;
  // Mostly deeper: the root itself is but one of many places.
  if (!container || random() < 0.05) return structuredClone(pick(random, ODD));
  if (Array.isArray(value)) return damagedList(value, random);
  const entries = Object.entries(value);
  if (entries.length === 0 || random() < 0.08) {
    return Object.fromEntries([
      ...entries,
      [pick(random, ODD_KEYS), structuredClone(pick(random, ODD))],
    ]);
  }
  const at = Math.floor(random() * entries.length);
  if (random() < 0.12) return Object.fromEntries(entries.filter((_, index) => index !== at));
  return Object.fromEntries(
    entries.map(([key, inner], index) => [key, index === at ? damagedOnce(inner, random) : inner]),
  );
}

function damagedList(list: readonly unknown[], random: Random): unknown {
  if (list.length === 0) return structuredClone(pick(random, ODD));
  const at = Math.floor(random() * list.length);
  const way = random();
  if (way < 0.1) return list.filter((_, index) => index !== at);
  if (way < 0.2) return [...list, list[at]];
  if (way < 0.25) return Object.fromEntries(list.entries());
  return list.map((inner, index) => (index === at ? damagedOnce(inner, random) : inner));
}
