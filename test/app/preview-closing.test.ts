/** What the panel shows is the gate's own verdict on the ticket as if this person closed it now. */
import { describe, expect, it } from '@jest/globals';
import type { CardState } from '../../src/core/card-state.ts';
import { decideClosing } from '../../src/core/decide-closing.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import type { Outcome, TicketRecord } from '../../src/core/ticket.ts';
import { TICKET } from '../support/a-client-side.ts';
import { PORTAL } from '../support/a-gate.ts';
import { AGENT, aCardScene } from '../support/a-card.ts';
import { aPolicy, criteriaWith } from '../support/a-policy.ts';
import { aTicket, NOON } from '../support/a-ticket.ts';

interface Case {
  readonly stageId?: string;
  readonly record?: Partial<TicketRecord>;
  readonly policy?: Partial<ClosingPolicy>;
  readonly outcome?: Outcome;
}

async function preview({
  stageId = 'C5:EXECUTING',
  record,
  policy,
  outcome,
}: Case): Promise<CardState> {
  const { scene, deps, desk, door } = aCardScene(policy);
  const noArticle = { kbDecision: 'not-needed', kbNote: 'Разовый случай' } as const;
  scene.put({ stageId, record: { confirmation: 'confirmed', ...noArticle, ...record } });
  const hand = door.makeHand(AGENT);
  const viewer = { portalId: PORTAL, ref: TICKET, userId: AGENT, language: 'ru', hand } as const;
  const shown = await desk.show(viewer, { outcome: outcome ?? null, mayBeOld: false }, deps);
  if (shown.kind !== 'state') throw new Error(shown.why);
  return shown.state;
}

const unmet = (state: CardState): readonly string[] =>
  state.criteria.filter(({ status }) => status === 'unmet').map(({ id }) => id);

// Nobody has written to this client, so one of the regulation's own criteria would speak up beside each case.
const COMMUNICATED = { confirmationEvidence: 'Звонок 12:40, вход работает' };

describe('the preview of a closing', () => {
  it.each<[string, Case, Pick<CardState, 'canClose'> & { readonly unmet: readonly string[] }]>([
    ['nothing missing', {}, { canClose: true, unmet: [] }],
    [
      'no solution',
      { record: { solution: '' } },
      { canClose: false, unmet: ['solution-documented'] },
    ],
    [
      'client not asked',
      { record: { confirmation: null, ...COMMUNICATED } },
      { canClose: false, unmet: ['client-confirmed'] },
    ],
    [
      'a duplicate without its master',
      {
        outcome: 'duplicate',
        policy: { criteria: criteriaWith('duplicate-linked', { strictness: 'block' }) },
      },
      { canClose: false, unmet: ['duplicate-linked'] },
    ],
    [
      'a warning alone',
      {
        record: { recommendations: '' },
        policy: { criteria: criteriaWith('documentation-extras', { strictness: 'warn' }) },
      },
      { canClose: true, unmet: ['documentation-extras'] },
    ],
    ['observe mode', { policy: { mode: 'observe' } }, { canClose: false, unmet: [] }],
    ['an exempt stage', { stageId: 'C5:LOSE' }, { canClose: false, unmet: [] }],
  ])('with %s', async (_what, given, expected) => {
    const state = await preview(given);

    expect({ canClose: state.canClose, unmet: unmet(state) }).toEqual(expected);
  });

  it.each<[string, Partial<TicketRecord>]>([
    ['whole', {}],
    ['without a cause', { cause: '' }],
    ['with a bare tick', { checkedHow: 'ок' }],
    ['without a decision about the knowledge base', { kbDecision: null }],
    ['with a wrong reason', { closeReason: 'spam' }],
  ])('agrees with the gate on a ticket %s', async (_what, record) => {
    const state = await preview({ record });
    const dragged = aTicket({
      record: { confirmation: 'confirmed', ...record },
      stageId: 'C5:WON',
    });
    const gate = decideClosing(dragged, aPolicy(), { now: NOON, recentReturns: 0 });

    expect(state.canClose).toBe(gate.kind === 'pass');
  });

  it('says where each gap is mended', async () => {
    const { criteria } = await preview({
      record: { solution: '', checkedHow: '', timeSpent: null },
    });
    const fields = criteria.flatMap(({ gaps }) => gaps.map(({ field }) => field));

    expect(fields).toEqual(expect.arrayContaining(['solution', 'checkedHow', 'timeSpent']));
  });

  it.each<[string, Case, CardState['exception']['allowed']]>([
    ['nobody where it blocks', { record: { solution: '' } }, 'none'],
    [
      'those who may override',
      { record: { solution: '' }, policy: { overriders: [AGENT] } },
      'override',
    ],
    [
      'anybody where a reason is enough',
      {
        record: { solution: '' },
        policy: { criteria: criteriaWith('solution-documented', { strictness: 'justify' }) },
      },
      'justify',
    ],
    ['nobody when nothing is missing', { policy: { overriders: [AGENT] } }, 'none'],
  ])('lets a written reason count for %s', async (_what, given, allowed) => {
    expect((await preview(given)).exception.allowed).toBe(allowed);
  });

  it.each<[string, Case, readonly string[]]>([
    [
      'at work',
      { record: { confirmation: null } },
      ['request', 'by-agent', 'hold', 'kb-decide', 'kb-create', 'close'],
    ],
    ['on an exempt stage', { stageId: 'C5:LOSE' }, []],
    [
      'in observe mode',
      { policy: { mode: 'observe' }, record: { confirmation: null } },
      ['by-agent', 'kb-decide', 'kb-create'],
    ],
    ['closed long ago', { stageId: 'C5:WON' }, ['kb-decide', 'kb-create', 'return-to-work']],
  ])('offers what means something %s', async (_what, given, actions) => {
    expect((await preview(given)).actions).toEqual(actions);
  });
});
