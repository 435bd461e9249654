/** Names of the app's own CRM fields, by which they are told from everybody else's. */
import type { FieldKey } from './policy.ts';

/** checkedHow → CG_CHECKED_HOW: the field's XML_ID and the end of its name. */
export function ownFieldCode(key: FieldKey): string {
  return `CG_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Deals have `UF_CRM_CG_SOLUTION`, a smart process has `UF_CRM_16_CG_SOLUTION`. */
export function isOwnFieldName(key: FieldKey, name: string): boolean {
  return new RegExp(`^UF_CRM_(?:\\d+_)?${ownFieldCode(key)}$`).test(name);
}

/** Any of the app's own fields, also one that this version no longer knows. */
export function looksOwn(name: string): boolean {
  return /^UF_CRM_(?:\d+_)?CG_/.test(name);
}
