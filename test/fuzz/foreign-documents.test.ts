/**
 * Documents and bodies from outside that pure functions read: policies, the portal's calendar, what events, robots and buttons post, files
 * of the state. Each is read or refused with its reasons; nothing throws that is not a refusal, nothing is taken by half.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { parsePortalCalendar } from '../../src/calendar/portal-calendar.ts';
import { workCalendar } from '../../src/calendar/work-calendar.ts';
import { zoneRules } from '../../src/calendar/zone-rules.ts';
import { checkStateFile, writeStateFile } from '../../src/cli/state-file.ts';
import { decideClosing } from '../../src/core/decide-closing.ts';
import { CRITERION_IDS } from '../../src/core/policy.ts';
import { addWorkingDays, nextWorkingMoment } from '../../src/core/working-time.ts';
import { AppError } from '../../src/errors.ts';
import { eventIds, readEventBody } from '../../src/http/event-body.ts';
import { readPress } from '../../src/http/press-body.ts';
import { readRobotBody } from '../../src/http/robot-body.ts';
import { policyProblems } from '../../src/app/settings/check-policy.ts';
import { readPolicyDocument } from '../../src/redis/policy-documents.ts';
import { policySchema } from '../../src/redis/policy-schema.ts';
import { readStoredPolicy } from '../../src/redis/stored-policy.ts';
import { aPolicy } from '../support/a-policy.ts';
import { aTicket, NOON } from '../support/a-ticket.ts';
import { FUZZ_SEED, fuzzCases, fuzzTimeout } from '../support/fuzz-settings.ts';
import { damaged, pick, seeded } from '../support/mutate.ts';
import type { Random } from '../support/mutate.ts';

/** As deep as a body of a hundred thousand characters can be. */
function deep(depth: number, random: Random): unknown {
  let value: unknown = 'x';
  for (let n = 0; n < depth; n += 1)
    value = random() < 0.5 ? [value] : { __proto__: null, a: value };
  return value;
}

function onlyRefusals(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
  }
}

/** As it comes over HTTP or out of a file: JSON's own keys `__proto__` included. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

describe('a damaged policy', () => {
  it(
    'is refused with places, or is whole',
    () => {
      const random = seeded(FUZZ_SEED);
      let taken = 0;
      for (let n = 0; n < fuzzCases(250); n += 1) {
        const wanted =
          random() < 0.5
            ? aPolicy()
            : { ...aPolicy(), names: { stages: {}, fields: {}, items: {}, people: {} } };
        const document = asJson(damaged(wanted, random, 1 + Math.floor(random() * 3)));
        const read = readPolicyDocument(document);
        if (!read.ok) {
          expect(read.problems.length).toBeGreaterThan(0);
          continue;
        }
        taken += 1;
        // What is read has every part: it is the same when it is read again.
        expect(policySchema.parse(read.policy)).toEqual(read.policy);
        expect(
          decideClosing(aTicket({ stageId: 'C5:WON' }), read.policy, {
            now: NOON,
            recentReturns: 0,
          }),
        ).toHaveProperty('kind');
      }
      expect(taken).toBeGreaterThan(5);
    },
    fuzzTimeout(30_000),
  );

  it('without a criterion, or with one twice, is never let into force', () => {
    const random = seeded(FUZZ_SEED);
    const look = { pipeline: aPolicy().pipeline, stages: [], fields: [] };
    for (let n = 0; n < fuzzCases(100); n += 1) {
      const criteria = aPolicy().criteria.filter(() => random() > 0.1);
      if (random() < 0.3) criteria.push(pick(random, aPolicy().criteria));
      const ids = criteria.map(({ id }) => id);
      const whole = ids.length === CRITERION_IDS.length && new Set(ids).size === ids.length;
      const against = { look, previous: null, specs: [], staff: null } as unknown as Parameters<
        typeof policyProblems
      >[1];
      const found = policyProblems(aPolicy({ criteria }), against);
      expect(found.some(({ path }) => path.startsWith('criteria.'))).toBe(!whole);
    }
  });

  it('that stands in the store is read, or told as broken or newer', () => {
    const random = seeded(FUZZ_SEED + 1);
    const kinds = new Set<string>();
    for (let n = 0; n < fuzzCases(150); n += 1) {
      const stored = asJson(damaged(aPolicy(), random, 1 + Math.floor(random() * 2)));
      kinds.add(readStoredPolicy(stored).kind);
    }
    kinds.add(readStoredPolicy({ ...aPolicy(), schema: 99 }).kind);
    expect([...kinds].toSorted()).toEqual(['broken', 'newer', 'read']);
  });
});

describe("a damaged calendar of the portal's", () => {
  it(
    'is replaced part by part, and days are counted to an end',
    () => {
      const random = seeded(FUZZ_SEED);
      const answer = {
        work_time_start: '9.30',
        work_time_end: '18.30',
        year_holidays: '1.01,2.01,23.02,8.03',
        year_workdays: '28.12.2026',
        week_holidays: ['SA', 'SU'],
      };
      const zone = zoneRules('Europe/Moscow');
      for (let n = 0; n < fuzzCases(80); n += 1) {
        const portal = parsePortalCalendar(damaged(answer, random, 1 + Math.floor(random() * 4)));
        const settings = { country: 'ru', hours: null, weekDaysOff: null, years: [] } as const;
        const time = { calendar: workCalendar(portal, settings), zone };
        const next = nextWorkingMoment(NOON, time);
        const end = addWorkingDays(NOON, 2, time);
        expect(next === null || next >= NOON).toBe(true);
        expect(end === null || end > NOON).toBe(true);
      }
    },
    fuzzTimeout(30_000),
  );
});

const BODIES: readonly object[] = [
  {
    event: 'ONCRMDEALUPDATE',
    data: { FIELDS: { ID: '1' } },
    ts: '1',
    auth: { application_token: 't', member_id: 'm', user_id: '1' },
  },
  {
    event: 'ONCRMTIMELINEITEMACTION',
    data: { id: '5', action: 'recheck', userId: '2', ticket: '1' },
    auth: { application_token: 't' },
  },
  { event: 'ONCRMDYNAMICITEMUPDATE_1034', data: { FIELDS: { ID: '9', ENTITY_TYPE_ID: '1034' } } },
  {
    event_token: 'a.token',
    code: 'closegate_check',
    document_id: ['crm', 'CCrmDocumentDeal', 'DEAL_1'],
    use_subscription: 'Y',
    timeout_duration: '0',
    auth: { member_id: 'm', application_token: 't' },
  },
];

describe('a damaged body of an event, a button or a robot', () => {
  it(
    'is read or refused, however deep it is',
    () => {
      const random = seeded(FUZZ_SEED);
      for (let n = 0; n < fuzzCases(500); n += 1) {
        const deepened = random() < 0.05;
        const body = deepened
          ? {
              ...pick(random, BODIES),
              [pick(random, ['data', 'auth', 'document_id', 'event'])]: deep(3000, random),
            }
          : damaged(pick(random, BODIES), random, 1 + Math.floor(random() * 3));
        onlyRefusals(() => {
          const event = readEventBody(body);
          expect(eventIds(event).key).toMatch(/^(?:(?:\d+|activity|comment):[1-9]\d{0,15})?$/u);
        });
        onlyRefusals(() => readPress(readEventBody(body)));
        onlyRefusals(() => {
          const { ref, eventToken } = readRobotBody(body).call();
          expect(ref.id > 0 && eventToken.length <= 2000).toBe(true);
        });
      }
    },
    fuzzTimeout(30_000),
  );
});

describe('a damaged file of the state', () => {
  it(
    'is refused: a byte changed, cut off, doubled or of another kind',
    async () => {
      const random = seeded(FUZZ_SEED);
      const dir = await mkdtemp(join(tmpdir(), 'closegate-fuzz-'));
      const path = join(dir, 'state');
      async function* keys() {
        for (let n = 0; n < 20; n += 1)
          yield { key: `cg:{p}:k${n}`, livesMs: n, value: Buffer.from(`value ${n}`) };
      }
      try {
        await writeStateFile(path, keys(), { at: '2026-11-22T12:00:00Z', state: 1 });
        await expect(checkStateFile(path)).resolves.toMatchObject({ keys: 20 });
        const whole = await readFile(path);
        const text = gunzipSync(whole).toString('utf8');
        for (let n = 0; n < fuzzCases(40); n += 1) {
          await writeFile(path, damagedFile(whole, text, random));
          await expect(checkStateFile(path)).rejects.toBeInstanceOf(AppError);
        }
      } finally {
        await rm(dir, { recursive: true });
      }
    },
    fuzzTimeout(60_000),
  );
});

function damagedFile(whole: Buffer, text: string, random: Random): Buffer {
  // The head is told to people; the keys under it are what must be whole.
  const head = text.indexOf('\n') + 1;
  const at = head + Math.floor(random() * (text.length - head));
  const lines = text.trimEnd().split('\n');
  const line = Math.floor(random() * lines.length);
  switch (Math.floor(random() * 6)) {
    case 0:
      return whole.subarray(0, Math.floor(random() * whole.length));
    case 1: {
      const other = text.charCodeAt(at) === 65 ? 'B' : 'A';
      return gzipSync(text.slice(0, at) + other + text.slice(at + 1));
    }
    case 2:
      return gzipSync(lines.toSpliced(line, 1).join('\n'));
    case 3:
      return gzipSync(
        lines
          .toSpliced(
            line,
            0,
            pick(random, [
              '{}',
              '[]',
              'null',
              '[1,2,3]',
              '\u0000',
              '{"format":"closegate-state","version":9}',
            ]),
          )
          .join('\n'),
      );
    case 4:
      return Buffer.from(pick(random, ['', '\u0000', '{}', 'x'.repeat(100_000)]));
    default:
      return gzipSync(`${'['.repeat(200_000)}\n`);
  }
}
