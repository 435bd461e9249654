/** The parts of the page, in the order of its navigation. */
import type { ComponentType } from 'preact';
import { Report } from './report/report.tsx';
import type { AdminScope } from './scope.ts';
import { Settings } from './settings/settings.tsx';
import { TemplatesTab } from './templates/templates-tab.tsx';
import type { AdminWord } from './words.ts';

export interface Section {
  readonly id: 'report' | 'settings' | 'templates';
  readonly title: AdminWord;
  /** Only administrators of the portal see it; the server asks again. */
  readonly adminOnly: boolean;
  readonly View: ComponentType<AdminScope>;
}

export const SECTIONS: readonly Section[] = [
  { id: 'settings', title: 'section.settings', adminOnly: true, View: Settings },
  { id: 'templates', title: 'section.templates', adminOnly: true, View: TemplatesTab },
  { id: 'report', title: 'section.report', adminOnly: false, View: Report },
];
