/** Words of the lead's report. */
import en from '../../locale/report/en.json' with { type: 'json' };
import ru from '../../locale/report/ru.json' with { type: 'json' };
import type { Language, Say } from '../../shared/words.ts';
import { createSay } from '../../shared/words.ts';

export type ReportWord = keyof typeof ru;
export type ReportSay = Say<ReportWord>;

export function createReportSay(language: Language): ReportSay {
  return createSay<ReportWord>(language, { ru, en });
}
