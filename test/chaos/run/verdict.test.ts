/** A verdict that cannot fail is none: each wrong end planted here is found, and nothing is found where nothing is wrong. */
import { describe, expect, test } from '@jest/globals';
import { START, workingDayAfter } from '../scene.ts';
import type { MessageKind } from '../scene.ts';
import type { Act } from './people.ts';
import { STORIES } from './plan.ts';
import type { Leniency } from './fault.ts';
import { differences } from './verdict.ts';
import type { TicketFacts, WorldFacts } from './verdict.ts';

const MINUTE = 60_000;
const DAY_AFTER = workingDayAfter(START);

/** People did everything of the story, a minute apart. */
function actsOf(name: string): readonly Act[] {
  const steps = STORIES.find((story) => story.name === name)?.steps ?? [];
  return steps
    .filter((step) => 'do' in step)
    .map((step, index) => ({ step, at: START + index * MINUTE }));
}

function aTicket(name: string, facts: Partial<TicketFacts>): TicketFacts {
  const story = STORIES.find((one) => one.name === name);
  if (!story) throw new RangeError(`no story is called ${name}`);
  return {
    ref: { entityTypeId: 2, id: 7 },
    name,
    story,
    acts: actsOf(name),
    stuckAt: null,
    stage: 'work',
    outcome: null,
    messages: [],
    askedAt: null,
    remindedAt: null,
    explanations: 0,
    timers: [],
    lines: [],
    now: START + 10 * MINUTE,
    final: true,
    ...facts,
  };
}

const QUIET: Omit<WorldFacts, 'tickets'> = {
  busy: [],
  failedJobs: [],
  chain: { intact: true, problemCount: 0 },
  bugs: [],
};

function found(
  ticket: TicketFacts,
  { world = {}, allows = [] }: { world?: Partial<WorldFacts>; allows?: readonly Leniency[] } = {},
): readonly string[] {
  return differences({ ...QUIET, tickets: [ticket], ...world }, new Set(allows)).map((what) =>
    what.replace(/^ticket 7 \([^)]*\): /, ''),
  );
}

const sent = (...kinds: readonly (readonly [MessageKind, number])[]) =>
  kinds.map(([kind, at]) => ({ kind, at }));

const RETURNED = aTicket('closed too early', { explanations: 1, lines: ['returned'] });
const CLOSED = aTicket('closed when ready', {
  stage: 'closed',
  outcome: 'confirmed',
  messages: sent(['notice', START + 10 * MINUTE]),
  lines: ['closed', 'client-message:notice'],
});
const WAITING = aTicket('waits, the client is silent', {
  stage: 'waiting',
  askedAt: START,
  messages: sent(['request', START]),
  timers: [{ kind: 'remind', dueAt: DAY_AFTER }],
  lines: ['client-message:request'],
});

describe('an end as it has to be', () => {
  test.each([RETURNED, CLOSED, WAITING])('is called so: $name', (ticket) => {
    expect(found(ticket)).toEqual([]);
  });
});

describe('a wrong end is found:', () => {
  test('a premature closing stands', () => {
    const stands = { ...RETURNED, stage: 'closed', explanations: 0, lines: [] } as const;
    expect(found(stands)).toEqual([
      'stands at closed, not at work',
      'explained return: 0 times, not 1',
      'line "returned": 0 times, not 1',
    ]);
  });

  test('a return without its explanation, and one explained twice', () => {
    expect(found({ ...RETURNED, explanations: 0 })).toEqual(['explained return: 0 times, not 1']);
    expect(found({ ...RETURNED, explanations: 2 })).toEqual(['explained return: 2 times, not 1']);
  });

  test('a ready closing came back', () => {
    const back = { ...CLOSED, stage: 'work', outcome: null, explanations: 1 } as const;
    expect(found(back)).toContain('stands at work, not at closed');
    expect(found(back)).toContain('explained return: 1 times, not 0');
  });

  test('a message came twice, or not at all', () => {
    const twice = { ...CLOSED, messages: [...CLOSED.messages, ...CLOSED.messages] };
    expect(found(twice)).toEqual(['message "notice": 2 times, not 1']);
    expect(found({ ...CLOSED, messages: [] })).toContain('message "notice": 0 times, not 1');
  });

  test('a timer is missing, stands twice, or is due at another time', () => {
    const [timer] = WAITING.timers;
    if (!timer) throw new Error('no timer');
    expect(found({ ...WAITING, timers: [] })).toEqual(['timer missing: remind']);
    expect(found({ ...WAITING, timers: [timer, timer] })).toEqual(['timer twice: remind']);
    expect(found({ ...WAITING, timers: [{ ...timer, dueAt: DAY_AFTER + 60 * MINUTE }] })).toEqual([
      'timer remind is due 60 minutes from when it has to be',
    ]);
    expect(found({ ...RETURNED, timers: [timer] })).toEqual(['timer too many: remind']);
  });

  test('silence was long enough, and neither the reminder nor the closing came', () => {
    const now = DAY_AFTER + MINUTE;
    expect(found({ ...WAITING, now, timers: [] })).toEqual([
      'message "reminder": 0 times, not 1',
      'line of "reminder": 0 times, not 1',
    ]);
    const reminded = {
      ...WAITING,
      remindedAt: now,
      messages: [...WAITING.messages, ...sent(['reminder', now])],
      lines: [...WAITING.lines, 'client-message:reminder'],
      now: workingDayAfter(now) + MINUTE,
      final: false,
    };
    expect(found(reminded)).toContain('stands at waiting, not at closed');
  });

  test('a client who answered in time was reminded all the same', () => {
    const name = 'waits, the client says no';
    const reminded = aTicket(name, {
      messages: sent(['request', START], ['reminder', DAY_AFTER]),
      lines: ['client-message:request', 'client-message:reminder'],
    });
    expect(found(reminded)).toContain('message "reminder": 1 times, not 0');
  });

  test('an incomplete ticket was closed on silence, and one held back has no line that says why', () => {
    const incomplete = aTicket('waits incomplete, the client confirms', {
      stage: 'waiting',
      messages: sent(['request', START]),
      lines: ['client-message:request'],
    });
    expect(found(incomplete)).toEqual(['not held back']);
    expect(found({ ...incomplete, lines: [...incomplete.lines, 'held-back'] })).toEqual([]);
    expect(found({ ...incomplete, stage: 'closed' })).toContain('stands at closed, not at waiting');
  });

  test('the journal is broken, lacks a line, or has one too many', () => {
    const chain = { intact: false, problemCount: 2 };
    expect(found(CLOSED, { world: { chain } })).toEqual(['journal broken in 2 places']);
    expect(found({ ...CLOSED, lines: ['client-message:notice'] })).toEqual([
      'line "closed": 0 times, not 1',
    ]);
    expect(found({ ...CLOSED, lines: [...CLOSED.lines, 'closed'] })).toEqual([
      'line "closed": 2 times, not 1',
    ]);
  });

  test('a job is stuck or given up, a fault is our own, somebody waits in vain', () => {
    const world = { busy: ['sweeps:sweep:1'], failedJobs: ['timers:timer:2'], bugs: ['web: x'] };
    expect(found({ ...RETURNED, stuckAt: 'sees returned' }, { world })).toEqual([
      'somebody waits in vain: sees returned',
      'job never came to rest: sweeps:sweep:1',
      'job given up: timers:timer:2',
      'fault of our own: web: x',
    ]);
  });
});

test('an emptied store has no lines of what was before, but tells no client twice', () => {
  const allows = ['state-lost'] as const;
  expect(found({ ...CLOSED, lines: [] }, { allows })).toEqual([]);
  const twice = { ...CLOSED, messages: [...CLOSED.messages, ...CLOSED.messages] };
  expect(found(twice, { allows })).toEqual(['message "notice": 2 times, not 1']);
});
