/** Carries out what was decided: journal only in observe mode, else returns, stamps and alerts, each once. */
import { pipelineKey } from '../core/policy.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { planActions } from '../core/plan-actions.ts';
import type { Action } from '../core/decision.ts';
import { alertLeads } from './alert-leads.ts';
import type { GateDeps } from './gate-deps.ts';
import { journalLine } from './journal-lines.ts';
import type { Judgement } from './judge.ts';
import type { Judged } from './judged.ts';
import type { ReturnItem } from './return-tickets.ts';
import { returnTickets } from './return-tickets.ts';
import type { StampItem } from './stamp-closings.ts';
import { stampClosings } from './stamp-closings.ts';

export interface CarriedOut {
  /** As returnTickets tells. */
  readonly backAtOnce: readonly TicketRef[];
  /** Pending, whatever else is known of them: to be judged once more. */
  readonly unsettled: readonly TicketRef[];
}

export async function carryOut(
  portalId: string,
  judgement: Judgement,
  deps: GateDeps,
): Promise<CarriedOut> {
  for (const judged of judgement.all) logUndecided(portalId, judged, deps);
  await observe(
    portalId,
    judgement.all.filter((item) => item.policy.mode === 'observe'),
    deps,
  );
  const enforced = judgement.all
    .filter((item) => item.policy.mode === 'enforce')
    .map((judged) => ({
      judged,
      actions: planActions(judged.snapshot, judged.decision, judged.policy),
    }));
  // Returns first: a premature closing must not stand longer than it has to.
  const backAtOnce = await returnTickets(portalId, enforced.flatMap(asReturn), deps);
  const unsettled = await stamp(portalId, enforced.flatMap(asStamp), deps);
  await stopLoops(portalId, enforced, deps);
  await tellClientSide(portalId, judgement.all, deps);
  return { backAtOnce, unsettled };
}

/** Pending until the portal has answered: dragged on before a successor of a killed process looks, no sweep would list it again. */
async function stamp(
  portalId: string,
  items: readonly StampItem[],
  deps: GateDeps,
): Promise<readonly TicketRef[]> {
  const refs = items.map(({ judged }) => judged.snapshot.ref);
  await deps.state.addPending(portalId, refs);
  const { unsettled } = await stampClosings(portalId, items, deps);
  const open = new Set(unsettled.map(refKey));
  await deps.state.removePending(
    portalId,
    refs.filter((ref) => !open.has(refKey(ref))),
  );
  return unsettled;
}

/** What the gate has no answer for may concern the client's side: a ticket that waits, or one that left its closing. */
async function tellClientSide(
  portalId: string,
  all: readonly Judged[],
  deps: GateDeps,
): Promise<void> {
  const { client } = deps;
  if (!client) return;
  const idle = all.filter((i) => i.policy.mode === 'enforce' && i.decision.kind === 'not-gated');
  for (const judged of idle) await client.left(portalId, judged);
  const awaiting = idle.filter(
    ({ decision }) => decision.kind === 'not-gated' && decision.why === 'awaiting-confirmation',
  );
  if (awaiting.length > 0) await client.awaiting(portalId, awaiting);
}

interface Planned {
  readonly judged: Judged;
  readonly actions: readonly Action[];
}

function asReturn({ judged, actions }: Planned): readonly ReturnItem[] {
  const action = actions.find((item) => item.kind === 'return-ticket');
  const explanation = actions.find((item) => item.kind === 'explain-return');
  const notice = actions.find((item) => item.kind === 'notify-staff');
  return action && explanation
    ? [
        {
          judged,
          gaps: explanation.gaps,
          targets: action.targets,
          returns: action.returns,
          notifyIds: notice?.userIds ?? [],
        },
      ]
    : [];
}

function asStamp({ judged, actions }: Planned): readonly StampItem[] {
  const action = actions.find((item) => item.kind === 'stamp-closing');
  return action ? [{ judged, stamp: action.stamp, moveTo: action.moveTo }] : [];
}

/** Observe mode touches nothing: the journal says what would have been done, for whom and why. */
async function observe(portalId: string, items: readonly Judged[], deps: GateDeps): Promise<void> {
  const lines = items.flatMap((judged) => {
    const { decision } = judged;
    if (decision.kind === 'pass') return [journalLine(judged, 'would-close', deps.clock.now())];
    if (decision.kind !== 'return' && decision.kind !== 'stop') return [];
    const to = decision.kind === 'return' ? (decision.targets[0]?.stageId ?? '') : '';
    return [journalLine(judged, 'would-return', deps.clock.now(), { to })];
  });
  if (lines.length > 0) await deps.journal.append(portalId, lines);
}

/** Somebody or something keeps pulling the ticket back into the closed stage: the gate stops and a person looks. */
async function stopLoops(
  portalId: string,
  planned: readonly Planned[],
  deps: GateDeps,
): Promise<void> {
  const stopped = planned.filter(({ judged }) => judged.decision.kind === 'stop');
  if (stopped.length === 0) return;
  await deps.journal.append(
    portalId,
    stopped.map(({ judged }) => journalLine(judged, 'stopped', deps.clock.now())),
  );
  for (const { judged, actions } of stopped) {
    for (const action of actions) {
      if (action.kind === 'alert-leads') {
        await alertLeads(portalId, { ...action, language: judged.policy.language }, deps);
      }
    }
  }
}

/** What is decided stands in the journal and is told from there; a ticket that cannot be judged yet has no line in it. */
function logUndecided(
  portalId: string,
  { snapshot, policy, decision }: Judged,
  deps: GateDeps,
): void {
  if (decision.kind !== 'undecided') return;
  const unread = decision.results.flatMap(({ verdict }) =>
    verdict.status === 'unknown' ? [verdict.fact] : [],
  );
  deps.log.info(
    {
      portalId,
      ticket: refKey(snapshot.ref),
      pipeline: pipelineKey(policy.pipeline),
      decision: decision.kind,
      policyVersion: policy.version,
      movedBy: snapshot.movedBy,
      unread: [...new Set(unread)],
    },
    'decision',
  );
}
