/** The four figures at the top, each beside that of the equal time before. */
import type { Headline, ReportState } from '../../../core/admin/report-state.ts';
import { Icon } from '../../shared/ui/icon.tsx';
import type { FilteredScope } from './scope.ts';
import { useFigure } from './use-figure.tsx';
import type { OpenFigure } from './wanted-figure.ts';

export function Headlines({ report, ...scope }: FilteredScope & { readonly report: ReportState }) {
  const { open, list } = useFigure(scope);
  return (
    <>
      <ul class="headlines">
        {report.headlines.map((headline) => (
          <li key={headline.id}>
            <Card headline={headline} open={open} {...scope} />
          </li>
        ))}
      </ul>
      {list}
    </>
  );
}

function Card({
  headline,
  open,
  ...scope
}: FilteredScope & { readonly headline: Headline; readonly open: OpenFigure }) {
  const { say, format } = scope;
  const { id, value, part, of, figure } = headline;
  const label = say(`head.${id}`);
  const counts = { part: format.number(part), of: format.number(of ?? 0) };
  return (
    <button
      type="button"
      class="headline"
      disabled={part === 0}
      aria-expanded={open.shown === figure}
      onClick={() => open.toggle({ figure, label })}
    >
      <span class="headline-label">{label}</span>
      <span class="headline-value">
        {value === null ? say('head.none') : valueText(headline, value, scope)}
      </span>
      <span class="soft">{say(`head.${id}.note`, counts)}</span>
      <Change headline={headline} {...scope} />
      {part > 0 && <span class="unseen">{say('open')}</span>}
    </button>
  );
}

type Written = Pick<FilteredScope, 'format' | 'days' | 'say'>;

function valueText({ id }: Headline, value: number, { format, days }: Written): string {
  if (id === 'toAnswer') return days.length(value);
  return id === 'refused' ? format.number(value) : format.share(value);
}

/** Which way is better; an attempt more or less may be either. */
const BETTER = { refused: 0, confirmed: 1, toAnswer: -1, reopened: -1 } as const;

function Change({ headline, ...written }: Written & { readonly headline: Headline }) {
  const { id, value, before } = headline;
  const { say } = written;
  if (value === null || before === null) return <span class="change">{say('head.unknown')}</span>;
  const by = differenceText(headline, Math.abs(value - before), written);
  if (by === null) return <span class="change">{say('head.same')}</span>;
  const more = value > before;
  const sign = BETTER[id] * (more ? 1 : -1);
  const tone = sign === 0 ? '' : sign > 0 ? 'good' : 'bad';
  return (
    <span class={`change ${tone}`}>
      <Icon name={more ? 'up' : 'down'} /> {say(more ? 'head.more' : 'head.less', { by })}
    </span>
  );
}

/** null: no difference that would be seen. */
function differenceText(
  { id }: Headline,
  difference: number,
  { format, days, say }: Written,
): string | null {
  if (id === 'toAnswer') return difference < 0.5 ? null : days.length(difference);
  if (id === 'refused') return difference === 0 ? null : format.number(difference);
  const points = Math.round(difference * 1000) / 10;
  return points === 0 ? null : say('points', { by: format.number(points) });
}
