/**
 * Whatever is posted to the page of a client with a good link, and whatever links are tried: no fault of ours, and no answer is taken that
 * nobody gave. Seeded as foreign-bodies.test.ts.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestClientPage } from '../support/a-client-page.ts';
import { aCase, aClientPage } from '../support/a-client-page.ts';
import { FUZZ_SEED, fuzzCases, fuzzTimeout } from '../support/fuzz-settings.ts';
import { pick, seeded } from '../support/mutate.ts';
import type { Random } from '../support/mutate.ts';

const FREE = { take: () => true } as const;
const COMMENT_LIMIT = 4000;

let page: TestClientPage;
beforeEach(async () => {
  page = await aClientPage({ perTicket: FREE, perAddress: FREE });
});
afterEach(() => page.close());

const WORDS = [
  'Не работает',
  '',
  '   \u00a0',
  '\u0000\u0001',
  '\u202eabc',
  '\ud800',
  '👍'.repeat(4001),
  'я'.repeat(4000),
  '<script>alert(1)</script>',
  '{{constructor}}',
  '%00%zz',
  'x'.repeat(70_000),
];
const NAMES = [
  'answer',
  'comment',
  'form',
  'lang',
  'answer[]',
  'answer[solved]',
  '__proto__[answer]',
  'constructor[prototype][answer]',
  'comment[toString]',
  '',
  'a'.repeat(3000),
];
const TYPES = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-8',
  'application/x-www-form-urlencoded; charset=windows-1251',
  'application/x-www-form-urlencoded; charset=utf-7',
  'application/json',
  'multipart/form-data; boundary=x',
  'text/plain',
  '',
  'application/x-www-form-urlencoded; charset="',
];
const ANSWERS = ['solved', 'not-solved', 'question', 'confirmed', 'closed', 'SOLVED', '1'];

interface Post {
  readonly type: string;
  readonly body: string | Buffer;
}

/** Mostly a form with something wrong in it. */
function aPost(form: string, random: Random): Post {
  const pairs: (readonly [string, string])[] = [
    ['form', random() < 0.8 ? form : pick(random, WORDS)],
    ['answer', pick(random, ANSWERS)],
    ['comment', pick(random, WORDS)],
    ['lang', pick(random, ['ru', 'en', 'xx', '../ru'])],
  ];
  const extra = Array.from(
    { length: Math.floor(random() * 4) },
    () => [pick(random, NAMES), pick(random, WORDS)] as const,
  );
  const all = [...pairs, ...extra].filter(() => random() > 0.1);
  if (random() < 0.1) all.push(...Array.from({ length: 500 }, () => ['answer', 'solved'] as const));
  const text = all
    .map(([name, value]) => `${name}=${encodeURIComponent(Buffer.from(value).toString())}`)
    .join('&');
  const type = random() < 0.7 ? (TYPES[0] ?? '') : pick(random, TYPES);
  if (random() < 0.1) return { type, body: Buffer.from([0xff, 0xfe, 0x00, ...Buffer.from(text)]) };
  if (random() < 0.1)
    return { type, body: text.slice(0, Math.floor(random() * text.length)) + '%' };
  return { type, body: text };
}

describe("the client's page", () => {
  it(
    'takes what a client answered and nothing else',
    async () => {
      const random = seeded(FUZZ_SEED);
      const seen = new Set<number>();
      for (let n = 0; n < fuzzCases(150); n += 1) {
        page.save(aCase());
        const path = page.path();
        const shown = await fetch(`${page.url}${path}`);
        const form = /name="form" value="([^"]+)"/.exec(await shown.text())?.[1] ?? '';
        const { type, body } = aPost(form, random);
        const taken = page.accepted.length;
        const answered = await fetch(`${page.url}${path}`, {
          method: 'POST',
          redirect: 'manual',
          body,
          headers: type === '' ? {} : { 'Content-Type': type },
        });
        const told = await answered.text();
        seen.add(answered.status);
        expect(answered.status).toBeLessThan(500);
        expect(told).not.toContain('<script>alert(1)');
        if (answered.status >= 400) expect(page.accepted).toHaveLength(taken);
      }
      for (const { answer, comment } of page.accepted) {
        expect(['solved', 'not-solved', 'question']).toContain(answer);
        expect(Array.from(comment).length).toBeLessThanOrEqual(COMMENT_LIMIT);
        if (answer !== 'solved') expect(comment.trim()).not.toBe('');
      }
      expect(page.accepted.length).toBeGreaterThan(0);
      expect([...seen]).toEqual(expect.arrayContaining([303, 400]));
    },
    fuzzTimeout(60_000),
  );

  it(
    'opens for no link but ours, however it is changed',
    async () => {
      page.save(aCase());
      const random = seeded(FUZZ_SEED);
      const good = page.path().slice('/c/'.length);
      for (let n = 0; n < fuzzCases(200); n += 1) {
        const at = Math.floor(random() * good.length);
        const changed = pick(random, [
          good.slice(0, at),
          `${good.slice(0, at)}${good[at] === 'A' ? 'B' : 'A'}${good.slice(at + 1)}`,
          `${good}${good}`,
          good.toUpperCase(),
          `${good}%00`,
          `..%2f${good}`,
          encodeURIComponent('{"portalId":"portal-1","ref":{"entityTypeId":2,"id":759}}'),
          'x'.repeat(5000),
          '__proto__',
          '%ff%fe',
        ]);
        // The last letter of base64url carries bits that say nothing.
        if (changed.length === good.length && at === good.length - 1) continue;
        if (changed === good) continue;
        const answered = await fetch(`${page.url}/c/${changed}`, {
          method: random() < 0.5 ? 'GET' : 'POST',
          redirect: 'manual',
        });
        await answered.body?.cancel();
        expect([changed.slice(0, 80), answered.status >= 400 && answered.status < 500]).toEqual([
          changed.slice(0, 80),
          true,
        ]);
      }
      expect(page.accepted).toEqual([]);
    },
    fuzzTimeout(60_000),
  );
});
