/** The doctor's checks that only read: each looks at one thing and tells what it found. */
import type { ClosingPolicy } from '../core/policy.ts';
import { FIELD_KEYS, CHOICE_FIELDS, pipelineKey } from '../core/policy.ts';
import { gatedStages, stageRole } from '../core/stage-role.ts';
import type { Finding } from './doctor-findings.ts';
import { finding } from './doctor-findings.ts';
import type { Outbox } from './ports/client.ts';
import type { Clock } from './ports/runtime.ts';
import type { PortalProbe } from './ports/setup.ts';
import type { CalendarProbe, StoreProbe } from './ports/tools.ts';
import { deletedStages } from './stage-directory.ts';

/** Without these nothing works; `userfieldconfig` joins them when a smart process is gated. */
const REQUIRED_SCOPES = ['crm', 'im'];
/** Each of them tells a specialist's name; the least is what the app asks for. */
const NAME_SCOPES = ['user_brief', 'user_basic', 'user'];
const OPTIONAL_SCOPES = ['user_brief', 'imopenlines', 'task', 'calendar', 'userfieldconfig'];
const FIRST_SMART_PROCESS = 128;

const DRIFT_WARN_MS = 30_000;
const DRIFT_FAIL_MS = 5 * 60_000;
/** No holidays are longer; a month without a working day is a mistake in the settings. */
const DAYS_AHEAD = 30;

type Findings = Promise<readonly Finding[]>;

export async function checkWebhook(probe: PortalProbe): Findings {
  await probe.serverTime();
  return [finding('webhook', 'ok')];
}

export function checkToken(count: number): readonly Finding[] {
  return [count > 0 ? finding('token', 'ok', { count }) : finding('token', 'missing')];
}

export async function checkScopes(
  probe: PortalProbe,
  policies: readonly ClosingPolicy[],
): Findings {
  const granted = new Set(await probe.scopes());
  if (NAME_SCOPES.some((scope) => granted.has(scope))) granted.add('user_brief');
  const smart = policies.some(({ pipeline }) => pipeline.entityTypeId >= FIRST_SMART_PROCESS);
  const required = smart ? [...REQUIRED_SCOPES, 'userfieldconfig'] : REQUIRED_SCOPES;
  const missing = (scopes: readonly string[]) => scopes.filter((scope) => !granted.has(scope));
  const lacking = missing(required);
  const optional = missing(OPTIONAL_SCOPES).filter((scope) => !lacking.includes(scope));
  const found: Finding[] = [];
  if (lacking.length > 0) {
    found.push(finding('scopes', 'missing-required', { scopes: lacking.join(', ') }));
  }
  if (optional.length > 0) {
    found.push(finding('scopes', 'missing-optional', { scopes: optional.join(', ') }));
  }
  return found.length > 0 ? found : [finding('scopes', 'ok')];
}

export async function checkRights(
  probe: PortalProbe,
  policies: readonly ClosingPolicy[],
): Findings {
  const { admin } = await probe.profile();
  const found: Finding[] = [finding('rights', admin ? 'admin' : 'not-admin')];
  for (const { pipeline } of policies) {
    found.push(
      finding('rights', await probe.rights(pipeline), { pipeline: pipelineKey(pipeline) }),
    );
  }
  return found;
}

export async function checkRedis(probe: StoreProbe): Findings {
  const { memoryOnly, appendonly, maxmemoryPolicy } = await probe.standing();
  if (memoryOnly) return [finding('redis', 'memory-only')];
  const found: Finding[] = [];
  if (appendonly === 'no') found.push(finding('redis', 'appendonly-off'));
  if (maxmemoryPolicy !== 'noeviction' && maxmemoryPolicy !== 'unknown') {
    found.push(finding('redis', 'eviction', { policy: maxmemoryPolicy }));
  }
  if (appendonly === 'unknown' || maxmemoryPolicy === 'unknown') {
    found.push(finding('redis', 'unknown'));
  }
  return found.length > 0 ? found : [finding('redis', 'ok')];
}

export async function checkFields(probe: PortalProbe, policy: ClosingPolicy): Findings {
  const { entityTypeId } = policy.pipeline;
  const pipeline = pipelineKey(policy.pipeline);
  const names = new Set((await probe.fieldNames(entityTypeId)).map((name) => name.toUpperCase()));
  const missing = FIELD_KEYS.map((key) => policy.fields[key]).filter(
    (name) => !names.has(name.toUpperCase()),
  );
  if (missing.length > 0) {
    return [finding('fields', 'missing', { pipeline, fields: missing.join(', ') })];
  }
  const lost = await lostItems(probe, policy);
  return lost.length > 0
    ? [finding('fields', 'items-missing', { pipeline, fields: lost.join(', ') })]
    : [finding('fields', 'ok', { pipeline })];
}

/** `UF_CRM_CG_OUTCOME: spam` for each mapped list item that the portal no longer has. */
async function lostItems(probe: PortalProbe, policy: ClosingPolicy): Promise<readonly string[]> {
  const items = await probe.listItems?.(policy.pipeline.entityTypeId);
  if (!items) return [];
  return CHOICE_FIELDS.flatMap((key) => {
    const known = items[policy.fields[key]];
    if (!known) return [];
    return Object.entries(policy.options[key])
      .filter(([, id]) => !known.includes(id))
      .map(([code]) => `${policy.fields[key]}: ${code}`);
  });
}

export async function checkStages(probe: PortalProbe, policy: ClosingPolicy): Findings {
  const { entityTypeId, categoryId } = policy.pipeline;
  const pipeline = pipelineKey(policy.pipeline);
  const stages = await probe.listStages([entityTypeId]);
  const deleted = deletedStages(stages, policy);
  const gated = gatedStages(policy);
  const ungated = stages.filter(
    (stage) =>
      stage.entityTypeId === entityTypeId &&
      stage.categoryId === categoryId &&
      stage.semantics === 'success' &&
      !gated.includes(stage.stageId),
  );
  const unmapped = stages.filter(
    (stage) =>
      stage.entityTypeId === entityTypeId &&
      stage.categoryId === categoryId &&
      stage.semantics === 'failure' &&
      !Object.hasOwn(policy.stages, stage.stageId),
  );
  const roles = Object.keys(policy.stages).map((stageId) => stageRole(policy, stageId));
  const found: Finding[] = [];
  if (deleted.length > 0) {
    found.push(finding('stages', 'deleted', { pipeline, stages: deleted.join(', ') }));
  }
  if (!roles.some((role) => role.startsWith('closed:'))) {
    found.push(finding('stages', 'no-closed', { pipeline }));
  }
  if (ungated.length > 0) {
    const names = ungated.map(({ stageId, name }) => `${stageId} (${name})`);
    found.push(finding('stages', 'ungated', { pipeline, stages: names.join(', ') }));
  }
  if (unmapped.length > 0) {
    const names = unmapped.map(({ stageId, name }) => `${stageId} (${name})`);
    found.push(finding('stages', 'unmapped-final', { pipeline, stages: names.join(', ') }));
  }
  if (!roles.includes('awaiting-confirmation')) {
    found.push(finding('stages', 'no-awaiting', { pipeline }));
  }
  return found.length > 0 ? found : [finding('stages', 'ok', { pipeline })];
}

/** A breaker that opened stays open until a person has looked. */
export async function checkOutbox(
  outbox: Pick<Outbox, 'standing'>,
  portalId: string,
  clock: Clock,
): Findings {
  const { stoppedSince, left, heldBack, normal } = await outbox.standing(portalId, clock.now());
  if (stoppedSince === null) return [finding('outbox', 'ok')];
  const params = { count: left + heldBack, normal: Math.round(normal) };
  return [finding('outbox', 'stopped', params)];
}

/** Compares the portal's clock with the middle of the request that asked for it. */
export async function checkClock(probe: PortalProbe, clock: Clock, demo: boolean): Findings {
  if (demo) return [finding('clock', 'demo')];
  const asked = clock.now();
  const portal = await probe.serverTime();
  const apart = Math.abs(portal - (asked + clock.now()) / 2);
  const seconds = Math.round(apart / 1000);
  if (apart > DRIFT_FAIL_MS) return [finding('clock', 'far', { seconds })];
  return [finding('clock', apart > DRIFT_WARN_MS ? 'drift' : 'ok', { seconds })];
}

/** The countdown's calendar for this year and the next: what a person should know of it. */
export async function checkCalendar(
  probe: CalendarProbe,
  policy: ClosingPolicy,
  clock: Clock,
): Findings {
  const year = new Date(clock.now()).getUTCFullYear();
  const pipeline = pipelineKey(policy.pipeline);
  const warnings = await probe.warnings(policy, year, year + 1);
  const ahead = await probe.workingDaysAhead?.(policy, clock.now(), DAYS_AHEAD);
  const empty = ahead === 0 ? [finding('calendar', 'empty', { pipeline, days: DAYS_AHEAD })] : [];
  const told = warnings.map(({ code, ...params }) =>
    finding('calendar', code, { pipeline, ...params }),
  );
  const found = [...empty, ...told];
  return found.length > 0 ? found : [finding('calendar', 'ok', { pipeline })];
}

export interface TemplateProblem {
  readonly language: string;
  readonly name: string;
  /** Where the first fault of the text is; 0: there is no text. */
  readonly line: number;
}

export type TemplateProblems = () => Promise<readonly TemplateProblem[]>;

/** Messages that would go out empty or not at all. */
export async function checkTemplates(problems: TemplateProblems | undefined): Findings {
  const found = (await problems?.()) ?? [];
  return found.length === 0
    ? [finding('templates', 'ok')]
    : found.map(({ language, name, line }) =>
        finding('templates', line === 0 ? 'empty' : 'problem', {
          template: `${language}/${name}`,
          line,
        }),
      );
}
