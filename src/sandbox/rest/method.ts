import type { Faults } from '../faults.ts';
import type { Portal } from '../state/portal.ts';
import type { User } from '../state/records.ts';
import type { Stats } from '../stats.ts';
import type { Params, ParamSpecs } from './params.ts';

/** Who calls, and on which portal. */
export interface CallContext {
  readonly portal: Portal;
  readonly user: User;
  readonly scopes: ReadonlySet<string>;
  readonly stats: Stats;
  readonly faults: Faults;
  /** The portal's own address, for links and event bodies. */
  readonly url: string;
}

export interface CallAnswer {
  readonly result: unknown;
  readonly total?: number;
  readonly next?: number;
}

export interface MethodSpec {
  /** Null: every webhook may call it (scope basic). */
  readonly scope: string | null;
  readonly params: ParamSpecs;
  /** Parameters are not checked: the method refuses before it would look at them. */
  readonly anyParams?: boolean;
  run(context: CallContext, params: Params): CallAnswer;
}

export type MethodMap = Readonly<Record<string, MethodSpec>>;
