import type { CustomField } from './records.ts';

export const FIELD_TYPES: readonly string[] =
  'string integer double boolean date datetime money url address enumeration file employee crm_status iblock_section iblock_element crm'.split(
    ' ',
  );

/** Custom fields of all entity types, by id, by original name and by camelCase name. */
export class CustomFieldBook {
  readonly #byId = new Map<number, CustomField>();
  readonly #byEntity = new Map<number, Map<string, CustomField>>();
  readonly #byCamel = new Map<number, Map<string, CustomField>>();

  add(field: CustomField): void {
    this.#byId.set(field.id, field);
    mapOf(this.#byEntity, field.entityTypeId).set(field.name, field);
    mapOf(this.#byCamel, field.entityTypeId).set(field.camelName, field);
  }

  byId(id: number): CustomField | undefined {
    return this.#byId.get(id);
  }

  /** `original`: UF_CRM_… names; else the camelCase form. */
  find(entityTypeId: number, name: string, original: boolean): CustomField | undefined {
    return (original ? this.#byEntity : this.#byCamel).get(entityTypeId)?.get(name);
  }

  of(entityTypeId: number): CustomField[] {
    return [...(this.#byEntity.get(entityTypeId)?.values() ?? [])];
  }

  all(): CustomField[] {
    return [...this.#byId.values()];
  }
}

function mapOf(maps: Map<number, Map<string, CustomField>>, key: number): Map<string, CustomField> {
  const known = maps.get(key);
  if (known) return known;
  const fresh = new Map<string, CustomField>();
  maps.set(key, fresh);
  return fresh;
}

/** UF_CRM_3_DIGIT → ufCrm3Digit; UF_CRM_3_DIGIT10 → ufCrm_3_DIGIT10: the documented conversion with its two irregularities. */
export function camelFieldName(name: string): string {
  const rest = name.replace(/^UF_CRM_/, '');
  const spa = /^(\d+)_(.+)$/.exec(rest);
  const [number, tail] = spa ? [spa[1] ?? '', spa[2] ?? ''] : ['', rest];
  const parts = tail.split('_');
  if (parts.some((part) => /\d/.test(part) && /[A-Z]/.test(part))) return `ufCrm_${rest}`;
  const camel = parts.map((part) => (/^\d+$/.test(part) ? `_${part}` : capital(part))).join('');
  return `ufCrm${number}${camel}`;
}

function capital(word: string): string {
  return word.slice(0, 1) + word.slice(1).toLowerCase();
}
