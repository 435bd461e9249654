/** What every part of the report is given. */
import type { ReportFilter } from '../../../core/report/figures.ts';
import type { Api } from '../../shared/api.ts';
import type { Bridge } from '../../shared/bridge.ts';
import type { Format } from '../../shared/format.ts';
import type { DayText } from './days.ts';
import type { ReportSay } from './words.ts';

export interface ReportScope {
  readonly api: Api;
  readonly bridge: Bridge | null;
  readonly say: ReportSay;
  readonly format: Format;
  readonly days: DayText;
}

/** A part that opens tickets needs to know which time, pipeline and agent they are of. */
export interface FilteredScope extends ReportScope {
  readonly filter: ReportFilter;
}
