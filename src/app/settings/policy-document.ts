/** The policy as a document to carry elsewhere, and documents from elsewhere: the page and `npm run setup` share both. */
import type { PolicyProposal, SettingNote } from '../../core/admin/settings-state.ts';
import { mappingOf } from '../../core/field-mapping.ts';
import { policyChanges } from '../../core/policy-changes.ts';
import type { ClosingPolicy, PipelineRef } from '../../core/policy.ts';
import { CHOICE_FIELDS } from '../../core/policy.ts';
import type {
  DocumentNames,
  PipelineLook,
  PolicyDocument,
  StaffMember,
} from '../ports/settings.ts';
import { lookAtPolicy } from './look-at-policy.ts';
import type { SettingsUser } from './pipeline-settings.ts';
import { shapeNotes } from './pipeline-settings.ts';
import type { Resolved } from './resolve-document.ts';
import { resolveDocument } from './resolve-document.ts';
import type { SettingsDeps, SettingsScene, Speak } from './settings-deps.ts';
import { proposedPolicy, readScene, speakIn, storedPolicy } from './settings-deps.ts';
import type { NamesHere } from './settings-words.ts';
import { changeOf, chooseNote } from './settings-words.ts';

/** What `npm run setup --json` prints and the page exports. */
export type ExportedPolicy = ClosingPolicy & { readonly names: DocumentNames };

type PortalDeps = Pick<SettingsDeps, 'tools'>;

/**
 * null: nothing readable is saved for the pipeline. One that the portal no longer has still gives its policy away, with no names.
 * Throws portal and store faults.
 */
export async function exportPolicy(
  pipeline: PipelineRef,
  deps: SettingsDeps,
): Promise<ExportedPolicy | null> {
  const scene = await readScene(pipeline, deps);
  if (scene) return scene.previous && exported(scene.previous, scene.look, deps);
  const stored = await storedPolicy(pipeline, deps.tools);
  return stored === null || stored === 'broken' ? null : { ...stored, names: NO_NAMES };
}

const NO_NAMES: DocumentNames = { stages: {}, fields: {}, items: {}, people: {} };

export async function exported(
  policy: ClosingPolicy,
  look: PipelineLook,
  { tools }: PortalDeps,
): Promise<ExportedPolicy> {
  const staff = (await tools.settings.staff([...policy.leads, ...policy.overriders])) ?? [];
  return { ...policy, names: namesOf(policy, look, staff) };
}

/** Only of what the policy names. */
function namesOf(
  policy: ClosingPolicy,
  { stages, fields }: PipelineLook,
  staff: readonly StaffMember[],
): DocumentNames {
  const mapped = mappingOf(policy);
  const used = new Set([...Object.values(mapped.fields), policy.diagnostics?.field ?? '']);
  const chosen = new Set([
    ...CHOICE_FIELDS.flatMap((key) => Object.values(mapped.options[key] ?? {}).map(String)),
    ...(policy.diagnostics?.values ?? []),
  ]);
  const kept = fields.filter(({ name }) => used.has(name));
  return {
    stages: Object.fromEntries(stages.map(({ stageId, name }) => [stageId, name])),
    fields: Object.fromEntries(kept.map(({ name, label }) => [name, label])),
    items: Object.fromEntries(
      kept.flatMap(({ name, items }) => {
        const own = (items ?? []).filter(({ id }) => chosen.has(String(id)));
        return own.length === 0
          ? []
          : [[name, Object.fromEntries(own.map(({ id, label }) => [String(id), label]))]];
      }),
    ),
    people: Object.fromEntries(
      staff.filter(({ name }) => name !== '').map(({ id, name }) => [String(id), name]),
    ),
  };
}

/** Puts a document into the portal's own terms. Throws portal faults. */
export async function resolveHere(
  document: PolicyDocument,
  scene: Pick<SettingsScene, 'look'> & { readonly base: ClosingPolicy },
  { tools }: PortalDeps,
): Promise<Resolved> {
  return resolveDocument(document, {
    look: scene.look,
    base: scene.base,
    specs: tools.fieldSpecs,
    people: await peopleHere(document, tools.settings),
  });
}

/** By id where the name agrees, else by the whole name where one person has it. */
async function peopleHere(
  { policy, names }: PolicyDocument,
  settings: SettingsDeps['tools']['settings'],
): Promise<ReadonlyMap<number, number> | null> {
  const ids = [...new Set([...policy.leads, ...policy.overriders])];
  const staff = await settings.staff(ids);
  if (staff === null) return null;
  const here = new Map<number, number>();
  for (const id of ids) {
    const name = names?.people[String(id)];
    const same = staff.find((one) => one.id === id);
    if (same && (name === undefined || name === same.name)) here.set(id, id);
    else if (name !== undefined) {
      const called = (await settings.findStaff(name))?.filter((one) => one.name === name) ?? [];
      const [only] = called;
      if (called.length === 1 && only) here.set(id, only.id);
    }
  }
  return here;
}

export type ProposalAnswer =
  | { readonly kind: 'proposed'; readonly proposal: PolicyProposal }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-version' }
  | { readonly kind: 'invalid'; readonly problems: readonly SettingNote[] };

/** A document as unsaved changes of this pipeline. Throws portal and store faults. */
export async function importPolicy(
  pipeline: PipelineRef,
  document: unknown,
  user: SettingsUser,
  deps: SettingsDeps,
): Promise<ProposalAnswer> {
  const reading = deps.tools.readDocument(document);
  const speak = speakIn(user.language, deps);
  if (!reading.ok) return { kind: 'invalid', problems: shapeNotes(reading, speak) };
  const scene = await readScene(pipeline, deps);
  if (!scene) return { kind: 'unknown' };
  return { kind: 'proposed', proposal: await propose(reading, scene, user, deps) };
}

/** A past version as unsaved changes. Throws portal and store faults. */
export async function restoreVersion(
  pipeline: PipelineRef,
  version: number,
  user: SettingsUser,
  deps: SettingsDeps,
): Promise<ProposalAnswer> {
  const { policyArchive, portalId } = deps.tools;
  const found = await policyArchive.find(portalId, pipeline, version);
  if (!found) return { kind: 'no-version' };
  const scene = await readScene(pipeline, deps);
  if (!scene) return { kind: 'unknown' };
  const document = { policy: found.policy, names: null };
  return { kind: 'proposed', proposal: await propose(document, scene, user, deps) };
}

async function propose(
  document: PolicyDocument,
  scene: SettingsScene,
  user: SettingsUser,
  deps: SettingsDeps,
): Promise<PolicyProposal> {
  const speak = speakIn(user.language, deps);
  const about = { userId: user.id, language: user.language, tickets: 0 };
  const base = proposedPolicy(scene, deps, about);
  const { policy, toChoose } = await resolveHere(document, { ...scene, base }, deps);
  const looked = await lookAtPolicy(policy, scene, deps, speak);
  const people = new Map(looked.people.map(({ id, name }) => [id, name]));
  return {
    policy,
    check: looked.check,
    people: looked.people,
    toChoose: toChoose.map((one) => chooseNote(one, speak)),
    changes: changesInWords(base, policy, { look: scene.look, people }, speak),
  };
}

export function changesInWords(
  before: ClosingPolicy,
  after: ClosingPolicy,
  names: Omit<NamesHere, 'timeZone'>,
  speak: Speak,
): PolicyProposal['changes'] {
  const here = { ...names, timeZone: after.timeZone };
  return policyChanges(before, after).map((change) => changeOf(change, here, speak));
}
