/** Fields and list items of a policy document on this portal: by name, then by label, then by the part of a name that portals share. */
import type { ChoiceField, ClosingPolicy } from '../../core/policy.ts';
import type { PipelineLook, PolicyDocument } from '../ports/settings.ts';
import type { CrmField, FieldSpec } from '../ports/setup.ts';
import type { Finding } from './check-policy.ts';
import { fittingFields, itemsByLabel } from './field-fits.ts';

const plain = (text: string): string => text.trim().toLowerCase();
/** `UF_CRM_16_CAUSE` of a smart process and `UF_CRM_CAUSE` of deals. */
const tailOf = (name: string): string => name.replace(/^UF_CRM_(?:\d+_)?/, '');

function among(
  fields: readonly CrmField[],
  name: string,
  { names }: PolicyDocument,
): CrmField | null {
  const label = names?.fields[name];
  const same = fields.find((field) => field.name === name);
  if (same) return same;
  const called = fields.filter(
    (field) => label !== undefined && plain(field.label) === plain(label),
  );
  if (called.length === 1) return called[0] ?? null;
  return fields.find((field) => tailOf(field.name) === tailOf(name)) ?? null;
}

export function resolveField(
  spec: FieldSpec,
  name: string,
  document: PolicyDocument,
  { fields }: PipelineLook,
): CrmField | null {
  return among(fittingFields(spec, fields), name, document);
}

type Items = Readonly<Record<string, number>>;

/** The item of this field that the document's item is. */
function itemHere(
  from: { readonly field: string; readonly id: string },
  field: CrmField,
  { names }: PolicyDocument,
): number | null {
  const label = names?.items[from.field]?.[from.id];
  const items = field.items ?? [];
  const same = field.name === from.field && items.find(({ id }) => String(id) === from.id);
  if (same && (label === undefined || plain(label) === plain(same.label))) return same.id;
  return items.find((one) => label !== undefined && plain(one.label) === plain(label))?.id ?? null;
}

export function resolveItems(
  {
    spec,
    key,
    from,
  }: { readonly spec: FieldSpec; readonly key: ChoiceField; readonly from: string },
  field: CrmField,
  document: PolicyDocument,
  toChoose: Finding[],
): Items {
  const told = document.policy.options[key];
  const chosen = spec.items.flatMap(({ code }) => {
    const id = told[code];
    const here =
      id === undefined ? null : itemHere({ field: from, id: String(id) }, field, document);
    return here === null ? [] : [[code, here] as const];
  });
  const items = itemsByLabel(spec, field, Object.fromEntries(chosen));
  for (const { code } of spec.items) {
    if (items[code] !== undefined) continue;
    const params = { key, item: code };
    toChoose.push({ path: `options.${key}.${code}`, code: 'item', params });
  }
  return items;
}

/** Null when the field, or every value of it, is not to be found. */
export function resolveDiagnostics(
  document: PolicyDocument,
  { look }: { readonly look: PipelineLook },
  toChoose: Finding[],
): ClosingPolicy['diagnostics'] {
  const { diagnostics } = document.policy;
  if (diagnostics === null || !diagnostics.field.startsWith('UF_')) return diagnostics;
  const field = among(look.fields, diagnostics.field, document);
  const values = field?.items
    ? diagnostics.values.flatMap((id) => {
        const here = itemHere({ field: diagnostics.field, id }, field, document);
        return here === null ? [] : [String(here)];
      })
    : diagnostics.values;
  if (!field || values.length < diagnostics.values.length) {
    const params = { field: diagnostics.field };
    toChoose.push({ path: 'diagnostics', code: 'diagnostics', params });
  }
  return field && values.length > 0 ? { field: field.name, values } : null;
}
