/** What every part of the page is given. */
import type { Api } from '../shared/api.ts';
import type { Bridge } from '../shared/bridge.ts';
import type { Format } from '../shared/format.ts';
import type { Language } from '../shared/words.ts';
import type { AdminSay } from './words.ts';

export interface AdminScope {
  readonly api: Api;
  /** null outside a portal's frame. */
  readonly bridge: Bridge | null;
  readonly say: AdminSay;
  readonly format: Format;
  readonly language: Language;
  readonly user: AdminPerson;
}

export interface AdminPerson {
  readonly id: number;
  readonly name: string;
  readonly isAdmin: boolean;
}
