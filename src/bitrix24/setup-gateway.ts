/** What the setup reads and creates on the portal: pipelines, stages and the app's own fields. */
import type { FieldSetReport, FieldSpec, SetupGateway } from '../app/ports/setup.ts';
import { FIELD_KEYS } from '../core/policy.ts';
import type { FieldKey } from '../core/policy.ts';
import { AppError } from '../errors.ts';
import { readProfile, readServerTime } from './account.ts';
import { listCrmFields } from './crm-fields.ts';
import { fieldBookOf } from './field-items.ts';
import { fieldCode, newItems, USER_TYPES } from './own-field.ts';
import type { FieldBook, PortalField } from './own-field.ts';
import { listPipelines, listStages } from './pipelines.ts';
import type { PortalClient } from './portal-client.ts';
import { valueOf } from './unwrap.ts';

export function createSetupGateway(client: PortalClient): SetupGateway {
  return {
    listPipelines: (entityTypeId) => listPipelines(client, [entityTypeId]),
    listStages: (entityTypeIds) => listStages(client, entityTypeIds),
    async countTickets({ entityTypeId, categoryId }) {
      const params = {
        entityTypeId,
        select: ['id'],
        filter: { categoryId },
        order: { id: 'ASC' },
        start: 0,
      };
      const result = await client.call('crm.item.list', params, { priority: 'live', write: false });
      valueOf('crm.item.list', result);
      return result.ok ? (result.total ?? 0) : 0;
    },
    async ensureFields(entityTypeId, specs, progress) {
      return ensureFields(await fieldBookOf(client, entityTypeId), specs, progress);
    },
    listFields: (entityTypeId) => listCrmFields(client, entityTypeId),
    appUserId: async () => (await readProfile(client)).id,
    serverTime: () => readServerTime(client),
  };
}

/** Each new field alters a database table on the portal: few at a time, so that no request lasts long. */
const AT_ONCE = 5;
/** A broken request may have created some of its fields: look and go on. */
const MAX_ROUNDS = 4;

async function ensureFields(
  book: FieldBook,
  specs: readonly FieldSpec[],
  progress: (done: number, total: number) => void,
): Promise<FieldSetReport> {
  const before = await book.list();
  const wanted = specs.filter((spec) => !findField(book, before, spec));
  let fields = before;
  progress(specs.length - wanted.length, specs.length);
  for (let round = 1; ; round += 1) {
    const missing = specs.filter((spec) => !findField(book, fields, spec));
    if (missing.length === 0) break;
    if (round > MAX_ROUNDS) throw notCreated(missing);
    await addSome(book, missing, (done) => {
      progress(specs.length - missing.length + done, specs.length);
    });
    fields = await book.list();
  }
  if (await completeLists(book, fields, specs)) fields = await book.list();
  return reportOf(book, fields, { specs, created: wanted.map((spec) => spec.key) });
}

async function addSome(
  book: FieldBook,
  missing: readonly FieldSpec[],
  done: (count: number) => void,
): Promise<void> {
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    const some = missing.slice(from, from + AT_ONCE);
    try {
      await book.add(some);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'portal-outcome-unknown') throw error;
      return;
    }
    done(from + some.length);
  }
}

/** By XML_ID, or by name where the portal does not tell XML_IDs. @throws AppError when the field has another type */
function findField(
  book: FieldBook,
  fields: readonly PortalField[],
  spec: FieldSpec,
): PortalField | undefined {
  const code = fieldCode(spec.key);
  const field =
    fields.find(({ xmlId }) => xmlId === code) ??
    fields.find(({ name }) => name === book.nameOf(spec.key));
  if (field && field.type !== '' && field.type !== USER_TYPES[spec.type]) {
    throw new AppError(
      'portal-rejected',
      'A field of this name has another type: rename or delete it on the portal, then run the setup again.',
      { detail: field.name },
    );
  }
  return field;
}

function notCreated(missing: readonly FieldSpec[]): AppError {
  return new AppError('portal-rejected', 'Some fields could not be created: run the setup again.', {
    detail: missing.map((spec) => fieldCode(spec.key)).join(','),
  });
}

/** Adds items that a list lacks; true when there were any. */
async function completeLists(
  book: FieldBook,
  fields: readonly PortalField[],
  specs: readonly FieldSpec[],
): Promise<boolean> {
  let changed = false;
  for (const spec of specs) {
    const field = findField(book, fields, spec);
    if (!field || spec.type !== 'choice') continue;
    const codes = new Set((field.items ?? []).map(({ code }) => code));
    const missing = newItems(spec).filter(({ code }) => !codes.has(code));
    if (missing.length === 0) continue;
    await book.addItems(field, missing);
    changed = true;
  }
  return changed;
}

interface Created {
  readonly specs: readonly FieldSpec[];
  readonly created: readonly FieldKey[];
}

function reportOf(
  book: FieldBook,
  portalFields: readonly PortalField[],
  { specs, created }: Created,
): FieldSetReport {
  const fields: Partial<Record<FieldKey, string>> = {};
  const options: Record<string, Readonly<Record<string, number>>> = {};
  for (const spec of specs) {
    const field = findField(book, portalFields, spec);
    fields[spec.key] = field?.name ?? '';
    if (spec.type !== 'choice') continue;
    const items = field?.items ?? [];
    options[spec.key] = Object.fromEntries(
      spec.items.flatMap(({ code }) => {
        const item = items.find((one) => one.code === code);
        return item ? [[code, item.id] as const] : [];
      }),
    );
  }
  // Keys that no spec asked for stay empty: the policy then knows no such field.
  for (const key of FIELD_KEYS) fields[key] ??= '';
  if (!isFull(fields)) throw notCreated(specs);
  return { fields, options, created };
}

function isFull(map: Partial<Record<FieldKey, string>>): map is Record<FieldKey, string> {
  return FIELD_KEYS.every((key) => map[key] !== undefined);
}
