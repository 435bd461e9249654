/** A storm is worked off in portions, and single moves that ring meanwhile do not wait for its end. */
import { describe, expect, test } from '@jest/globals';
import type { Priority } from '../../src/app/ports/runtime.ts';
import type { StageMove } from '../../src/app/ports/tickets.ts';
import { smallFirst } from '../../src/app/storm-pace.ts';
import type { Gate } from '../support/a-gate.ts';
import { aGate } from '../support/a-gate.ts';
import { MINUTE, NOON } from '../support/a-ticket.ts';

const unsolved = { record: { solution: '', cause: '' } };
const SINGLE = { entityTypeId: 2, id: 9001 };

interface Portion {
  readonly ids: readonly number[];
  readonly priority: Priority;
}

/** A storm of so many tickets; `after` is called when a portion of it was moved. */
function aStorm(tickets: number, after: (gate: Gate, portion: number) => void) {
  const gate = aGate();
  for (let id = 1; id <= tickets; id += 1) {
    gate.put({ ...unsolved, ref: { entityTypeId: 2, id } });
    gate.state.inbox.set(`2:${id}`, id);
  }
  const portions: Portion[] = [];
  const move = gate.tickets.moveTickets.bind(gate.tickets);
  gate.tickets.moveTickets = async (...[moves, priority]: [readonly StageMove[], Priority?]) => {
    const answers = await move(moves);
    portions.push({ ids: moves.map(({ ref }) => ref.id), priority: priority ?? 'live' });
    after(gate, portions.length);
    return answers;
  };
  return { gate, portions };
}

function closeOneMore(gate: Gate): void {
  gate.put({ ...unsolved, ref: SINGLE, movedAt: NOON + MINUTE });
  gate.state.inbox.set('2:9001', 1_000_000);
}

describe('a closing that rings while a storm is worked off', () => {
  test('is back and explained before the storm ends', async () => {
    let backAt = 0;
    const { gate, portions } = aStorm(400, (at, portion) => {
      if (portion === 2) closeOneMore(at);
      if (backAt === 0 && portion > 2 && at.tickets.stageOf(SINGLE) === 'C5:EXECUTING')
        backAt = portion;
    });

    await gate.sweep();

    expect(portions).toHaveLength(8);
    expect(backAt).toBe(3);
    expect(gate.tickets.comments.map(({ ref }) => ref.id).indexOf(SINGLE.id)).toBe(0);
    expect(gate.tickets.comments).toHaveLength(401);
  });

  test('is judged once: the sweep after the storm finds nothing of it', async () => {
    const { gate } = aStorm(100, (at, portion) => {
      if (portion === 1) closeOneMore(at);
    });

    await gate.sweep();
    const said = gate.tickets.comments.length;
    await gate.sweep();

    expect(said).toBe(101);
    expect(gate.tickets.comments).toHaveLength(said);
    expect(gate.journal.kinds().filter((kind) => kind === 'returned')).toHaveLength(101);
  });

  test('leaves the cursor to the storm: what the storm has not settled is found again', async () => {
    const { gate } = aStorm(100, (at, portion) => {
      if (portion !== 1) return;
      closeOneMore(at);
    });
    gate.tickets.addComments = async () => {
      throw new Error('the process dies while it explains');
    };

    await expect(gate.sweep()).rejects.toThrow('dies');

    expect(gate.state.cursors.size).toBe(0);
  });
});

describe('a closing that a sweep found beside a storm of another pipeline', () => {
  test('goes before it, whatever the order of the listing', () => {
    const many = Array.from({ length: 3 }, (_, n) => ({
      ref: { entityTypeId: 2, id: n + 1 },
      categoryId: 5,
    }));
    const single = { ref: { entityTypeId: 1034, id: 9 }, categoryId: 12 };

    expect(smallFirst([...many, single])).toEqual([single, ...many]);
  });
});

describe('edits that ring while a storm is worked off', () => {
  test('cost a listing each time less often', async () => {
    const { gate, portions } = aStorm(2000, (at, portion) => {
      const id = 10_000 + portion;
      at.put({ ref: { entityTypeId: 2, id }, stageId: 'C5:EXECUTING' });
      at.state.inbox.set(`2:${id}`, 1_000_000 + portion);
    });

    await gate.sweep();

    expect(portions).toHaveLength(40);
    const listings = gate.tickets.reads.filter((read) => read === 'list').length;
    expect(listings).toBeGreaterThan(2);
    expect(listings).toBeLessThanOrEqual(1 + Math.ceil(40 / 8) + 3);
  });
});

describe('a storm', () => {
  test('that fits the burst does not wait; a larger one leaves room in the bucket for single moves', async () => {
    const small = aStorm(1000, () => undefined);
    const large = aStorm(1001, () => undefined);

    await small.gate.sweep();
    await large.gate.sweep();

    expect(new Set(small.portions.map(({ priority }) => priority))).toEqual(new Set(['live']));
    expect(new Set(large.portions.map(({ priority }) => priority))).toEqual(new Set(['bulk']));
    expect(large.portions.flatMap(({ ids }) => ids)).toHaveLength(1001);
  });
});
