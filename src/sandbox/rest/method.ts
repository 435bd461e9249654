import type { AppHost } from '../apps/app-host.ts';
import type { SandboxApp } from '../apps/app-records.ts';
import type { Faults } from '../faults.ts';
import type { Portal } from '../state/portal.ts';
import type { User } from '../state/records.ts';
import type { Stats } from '../stats.ts';
import type { Params, ParamSpecs } from './params.ts';

/** The application a call comes from. */
export interface CallingApp {
  readonly app: SandboxApp;
  readonly host: AppHost;
}

/** Who calls, and on which portal. */
export interface CallContext {
  readonly portal: Portal;
  readonly user: User;
  readonly scopes: ReadonlySet<string>;
  readonly stats: Stats;
  readonly faults: Faults;
  /** The portal's own address, for links and event bodies. */
  readonly url: string;
  /** Absent: the call comes from a webhook. */
  readonly calling?: CallingApp;
}

export interface CallAnswer {
  readonly result: unknown;
  readonly total?: number;
  readonly next?: number;
}

export interface MethodSpec {
  /** Null: every webhook may call it (scope basic). */
  readonly scope: string | null;
  /** The scope an application needs where a webhook is refused before its scopes matter. */
  readonly appScope?: string;
  readonly params: ParamSpecs;
  /** Parameters are not checked: the method refuses before it would look at them. */
  readonly anyParams?: boolean;
  run(context: CallContext, params: Params): CallAnswer;
}

export type MethodMap = Readonly<Record<string, MethodSpec>>;
