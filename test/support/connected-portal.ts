/** A sandbox portal, the app's side of it, and a policy made by the real setup. */
import { fieldSpecs } from '../../src/app/field-specs.ts';
import type { TicketHead } from '../../src/app/ports/tickets.ts';
import { connectPortal } from '../../src/bitrix24/connect-portal.ts';
import type { Portal } from '../../src/bitrix24/connect-portal.ts';
import { CHOICE_FIELDS } from '../../src/core/policy.ts';
import type { ChoiceField, ClosingPolicy, StageRole } from '../../src/core/policy.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { aPolicy } from './a-policy.ts';
import { CountingBudget } from './counting-budget.ts';
import { recordingLog } from './recording-log.ts';
import type { RecordingLog } from './recording-log.ts';

export const DEALS = { entityTypeId: 2, categoryId: 5 } as const;
export const ITEMS = { entityTypeId: 1034, categoryId: 12 } as const;
export const SPECS = fieldSpecs((language, key) => `${language} ${key}`);

export interface Connected extends Portal {
  readonly sandbox: Sandbox;
  readonly budget: CountingBudget;
  readonly log: RecordingLog;
  /** Made by the setup for the pipeline; deals unless told otherwise. */
  readonly policy: ClosingPolicy;
  readonly items: ClosingPolicy;
}

/** Without rate limits unless the options say otherwise: the tests count requests, they do not wait. */
export async function connectSandbox(options: SandboxOptions = {}): Promise<Connected> {
  const sandbox = await startSandbox({ seed: 'empty', limits: 'off', ...options });
  const budget = new CountingBudget();
  const log = recordingLog();
  const portal = connectPortal({
    webhookUrl: sandbox.webhookUrl,
    portalId: 'p1',
    budget,
    log,
    timeoutMs: 5000,
    retryDelayMs: 1,
  });
  const policy = await policyOf(portal, DEALS, 'C5:');
  const items = await policyOf(portal, ITEMS, 'DT1034_12:');
  sandbox.stats.reset();
  return { ...portal, sandbox, budget, log, policy, items };
}

async function policyOf(
  portal: Portal,
  pipeline: ClosingPolicy['pipeline'],
  prefix: string,
): Promise<ClosingPolicy> {
  const { fields, options } = await portal.setup.ensureFields(
    pipeline.entityTypeId,
    SPECS,
    () => undefined,
  );
  const stages: Readonly<Record<string, StageRole>> = {
    [`${prefix}NEW`]: 'work',
    [`${prefix}PREPARATION`]: 'work',
    [pipeline.entityTypeId === 2 ? `${prefix}WON` : `${prefix}SUCCESS`]: 'closed:confirmed',
  };
  return aPolicy({
    pipeline,
    stages,
    returnStage: `${prefix}NEW`,
    fields,
    options: choices(options),
  });
}

function choices(
  options: Readonly<Record<string, Readonly<Record<string, number>>>>,
): ClosingPolicy['options'] {
  const found: Partial<Record<ChoiceField, Readonly<Record<string, number>>>> = {};
  for (const key of CHOICE_FIELDS) found[key] = options[key] ?? {};
  return { ...aPolicy().options, ...found };
}

/** Everything on the closed stages of the policies, moved since the beginning. */
export async function closedHeads(
  { tickets }: Portal,
  policies: readonly ClosingPolicy[],
): Promise<readonly TicketHead[]> {
  return tickets.listMoved(
    policies.map((policy) => ({
      entityTypeId: policy.pipeline.entityTypeId,
      stageIds: Object.entries(policy.stages).flatMap(([id, role]) =>
        role.startsWith('closed:') ? [id] : [],
      ),
      since: 0,
      alsoIds: [],
      policies: [policy],
    })),
    'live',
  );
}
