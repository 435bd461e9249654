/** The doctor's checks of traps in a portal's own settings: each reads, and tells what an administrator would not notice. */
import type { ClosingPolicy } from '../core/policy.ts';
import { pipelineKey } from '../core/policy.ts';
import type { Instant } from '../core/ticket.ts';
import type { Finding } from './doctor-findings.ts';
import { finding } from './doctor-findings.ts';
import type { OpenQuestion } from './doctor-questions.ts';
import { heldAnswer, questionsOf } from './doctor-questions.ts';
import type { StoredAnswer } from './ports/doctor.ts';
import type { JournalArchive } from './ports/journal.ts';
import type { PortalProbe, SetupGateway, StaffStanding } from './ports/setup.ts';
import { ungatedSuccessStages } from './stage-directory.ts';

export type Answers = ReadonlyMap<string, StoredAnswer>;
type Findings = Promise<readonly Finding[]>;

const DAY_MS = 86_400_000;
const REFUSALS_DAYS = 30;
/** Lines looked at for refused returns: a part of the journal that never takes long to read. */
const LOOK_AT_LINES = 2000;

/** `Closed (C5:WON), Spam (C5:LOSE)`: stages as people know them. */
const named = (questions: readonly OpenQuestion[]): string =>
  questions.map(({ stageName, stageId }) => `${stageName} (${stageId})`).join(', ');

interface Sorted {
  readonly yes: readonly OpenQuestion[];
  readonly unknown: readonly OpenQuestion[];
  readonly open: readonly OpenQuestion[];
}

function sorted(questions: readonly OpenQuestion[], answers: Answers): Sorted {
  const said = (question: OpenQuestion) => heldAnswer(question, answers)?.answer ?? null;
  return {
    yes: questions.filter((one) => said(one) === 'yes'),
    unknown: questions.filter((one) => said(one) === 'unknown'),
    open: questions.filter((one) => said(one) === null),
  };
}

/** Client-facing robots, triggers and letters of closing stages run before a return can happen (trap 3). */
export async function checkAutomation(
  probe: PortalProbe,
  policy: ClosingPolicy,
  answers: Answers,
): Findings {
  const pipeline = pipelineKey(policy.pipeline);
  const stages = await probe.listStages([policy.pipeline.entityTypeId]);
  const questions = questionsOf(policy, stages).filter(({ kind }) => kind === 'automation');
  const { yes, unknown, open } = sorted(questions, answers);
  const workflows = (await probe.workflows?.(policy.pipeline.entityTypeId)) ?? [];
  const found: Finding[] = [];
  if (yes.length > 0) found.push(finding('automation', 'yes', { pipeline, stages: named(yes) }));
  if (open.length > 0) found.push(finding('automation', 'ask', { pipeline, stages: named(open) }));
  if (unknown.length > 0) {
    found.push(finding('automation', 'unknown', { pipeline, stages: named(unknown) }));
  }
  if (workflows.length > 0) {
    found.push(finding('automation', 'workflows', { pipeline, names: workflows.join(', ') }));
  }
  return found.length > 0 ? found : [finding('automation', 'ok', { pipeline })];
}

export interface RequiredDeps {
  readonly portalId: string;
  readonly probe: PortalProbe;
  readonly archive: Pick<JournalArchive, 'newest'>;
}

/** Fields that keep an agent from closing, or the app from putting a ticket back (PORTAL 3.5, trap 11). */
export async function checkRequired(
  { portalId, probe, archive }: RequiredDeps,
  policy: ClosingPolicy,
  { answers, now }: { readonly answers: Answers; readonly now: Instant },
): Findings {
  const pipeline = pipelineKey(policy.pipeline);
  const count = await refusedReturns(portalId, archive, { pipeline, now });
  const stages = await probe.listStages([policy.pipeline.entityTypeId]);
  const asked = questionsOf(policy, stages).filter(({ kind }) => kind === 'required');
  const { yes, unknown, open } = sorted(asked, answers);
  const told = (
    code: 'stage-yes' | 'stage-ask' | 'stage-unknown',
    some: readonly OpenQuestion[],
  ) => (some.length > 0 ? [finding('required', code, { pipeline, stages: named(some) })] : []);
  const found = [
    ...(await requiredInCard(probe, policy)),
    ...(count > 0
      ? [finding('required', 'refused', { pipeline, count, days: REFUSALS_DAYS })]
      : []),
    ...told('stage-yes', yes),
    ...told('stage-ask', open),
    ...told('stage-unknown', unknown),
  ];
  return found.length > 0 ? found : [finding('required', 'ok', { pipeline })];
}

/** What is required of every ticket, and whether the common card shows it at all. */
async function requiredInCard(probe: PortalProbe, { pipeline: ref }: ClosingPolicy): Findings {
  const pipeline = pipelineKey(ref);
  const fields = (await probe.requiredFields?.(ref.entityTypeId)) ?? [];
  const card = fields.length === 0 ? null : ((await probe.cardFields?.(ref)) ?? null);
  const hidden = card === null ? [] : fields.filter(({ name }) => !card.includes(name));
  const shown = fields.filter((field) => !hidden.includes(field));
  const told = (code: 'hidden' | 'mandatory', some: typeof fields) => {
    const names = some.map(({ title, name }) => `${title} (${name})`).join(', ');
    return some.length > 0 ? [finding('required', code, { pipeline, fields: names })] : [];
  };
  return [...told('hidden', hidden), ...told('mandatory', shown)];
}

/** Returns that the portal refused for an empty required field, as the journal noted them. */
async function refusedReturns(
  portalId: string,
  archive: Pick<JournalArchive, 'newest'>,
  { pipeline, now }: { readonly pipeline: string; readonly now: Instant },
): Promise<number> {
  const since = now - REFUSALS_DAYS * DAY_MS;
  const { lines } = await archive.newest(portalId, {
    kinds: ['return-refused'],
    fits: ({ at, pipeline: where, detail }) =>
      at > since &&
      where !== null &&
      pipelineKey(where) === pipeline &&
      String(detail['code'] ?? '').includes('REQUIRED'),
    most: LOOK_AT_LINES,
    before: '',
    look: LOOK_AT_LINES,
  });
  return lines.length;
}

/** Ways to close a ticket outside the gate: in another pipeline of the same kind that has a success stage and no policy. */
export async function checkHoles(
  {
    probe,
    setup,
  }: { readonly probe: PortalProbe; readonly setup: Pick<SetupGateway, 'listPipelines'> },
  policies: readonly ClosingPolicy[],
): Findings {
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const found: Finding[] = [];
  for (const entityTypeId of types) {
    const open = ungatedSuccessStages(await probe.listStages([entityTypeId]), policies).filter(
      (stage) => stage.entityTypeId === entityTypeId,
    );
    if (open.length === 0) continue;
    const pipelines = await setup.listPipelines(entityTypeId);
    const where = open.map(({ categoryId, name }) => {
      const pipeline = pipelines.find((one) => one.categoryId === categoryId);
      return `${pipeline?.name ?? `${entityTypeId}:${categoryId}`} → ${name}`;
    });
    found.push(finding('holes', 'hole', { pipelines: where.join(', ') }));
  }
  return found.length > 0 ? found : [finding('holes', 'ok')];
}

/** Who is told, and whose reason counts: nobody, or somebody who is no longer there. */
export async function checkPeople(probe: PortalProbe, policy: ClosingPolicy): Findings {
  const pipeline = pipelineKey(policy.pipeline);
  const { leads, overriders } = policy;
  const found: Finding[] = [];
  if (leads.length === 0) found.push(finding('people', 'no-leads', { pipeline }));
  if (overriders.length === 0) found.push(finding('people', 'no-overriders', { pipeline }));
  const ids = [...new Set([...leads, ...overriders])];
  const staff = ids.length === 0 ? new Map<number, StaffStanding>() : await probe.staff?.(ids);
  if (staff) {
    const gone = (some: readonly number[]) => some.filter((id) => staff.get(id) === 'dismissed');
    const users = (some: readonly number[]) => ({ pipeline, users: some.join(', ') });
    const [noLead, noOverrider] = [gone(leads), gone(overriders)];
    if (noLead.length > 0) found.push(finding('people', 'lead-dismissed', users(noLead)));
    if (noOverrider.length > 0) {
      found.push(finding('people', 'overrider-dismissed', users(noOverrider)));
    }
  }
  if (found.length > 0) return found;
  return [finding('people', staff ? 'ok' : 'untold', { pipeline })];
}
