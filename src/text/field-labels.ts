/** Labels of the app's own fields and their list items, for `fieldSpecs`. */
import type { Language } from '../app/ports/texts.ts';
import { sayByName } from './catalog.ts';

/** @param key `<field>` or `<field>.<code>` */
export function fieldLabel(language: Language, key: string): string {
  return sayByName(language, `field.${key}`);
}
