/** What every part of the page of templates is given. */
import type { AdminScope } from '../scope.ts';
import type { TemplatesStore } from './templates-store.ts';

export interface TemplateProps {
  readonly scope: AdminScope;
  readonly store: TemplatesStore;
}
