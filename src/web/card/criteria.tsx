/** The conditions of closing: met, unmet, not applicable, each with what was found and a place to mend it right there. */
import { useState } from 'preact/hooks';
import type { CardCriterion, CardState, TimedText } from '../../core/card-state.ts';
import type { CriterionId, FieldKey } from '../../core/policy.ts';
import { Field } from './field.tsx';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';
import { KnowledgeForm } from './knowledge-form.tsx';
import type { Scope } from './scope.ts';

interface Props extends Scope {
  readonly state: CardState;
}

/** Fields that belong to a condition, besides those its gaps name. */
const FIELDS: Readonly<Partial<Record<CriterionId, readonly FieldKey[]>>> = {
  'problem-solved': ['checkedHow'],
  'solution-documented': ['problem', 'cause', 'solution', 'timeSpent'],
  'documentation-extras': ['recommendations', 'resources'],
  'knowledge-base-linked': ['kbNote'],
  'product-update-confirmed': ['productVersion', 'productInstruction'],
  'close-reason-given': ['closeReason'],
  'duplicate-linked': ['duplicateOf'],
};

export function Criteria({ state, ...scope }: Props) {
  const first = state.criteria.find((one) => one.status === 'unmet' && isMendable(one))?.id ?? null;
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () => new Set(first === null ? [] : [first]),
  );
  const toggle = (id: string): void => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  const shown = state.criteria.filter(({ status }) => status !== 'not-applicable');
  const rest = state.criteria.filter(({ status }) => status === 'not-applicable');
  return (
    <section aria-labelledby="criteria">
      <h2 id="criteria">{scope.say('criteria')}</h2>
      <ul class="criteria">
        {shown.map((criterion) => (
          <Criterion
            key={criterion.id}
            {...scope}
            state={state}
            criterion={criterion}
            open={open.has(criterion.id)}
            toggle={() => toggle(criterion.id)}
          />
        ))}
      </ul>
      {rest.length > 0 && (
        <details>
          <summary>{scope.say('not-applicable', { count: rest.length })}</summary>
          <ul class="plain">
            {rest.map(({ id, title, evidence }) => (
              <li key={id}>
                <Icon name="none" /> {title}: {evidence.text}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

type StatusWord = 'met' | 'unmet' | 'hint' | 'waiting' | 'unknown';
const ICONS: Readonly<Record<StatusWord, IconName>> = {
  met: 'met',
  unmet: 'unmet',
  hint: 'hint',
  waiting: 'waiting',
  unknown: 'hint',
};

function statusOf({ status, strictness, gaps }: CardCriterion): StatusWord {
  if (status === 'met' || status === 'unknown') return status;
  if (gaps.every(({ code }) => code === 'confirmation-awaited')) return 'waiting';
  return strictness === 'warn' ? 'hint' : 'unmet';
}

const fieldsOf = ({ id, gaps }: CardCriterion): readonly FieldKey[] => [
  ...new Set([
    ...(FIELDS[id] ?? []),
    ...gaps.flatMap(({ field }) => (field === null ? [] : [field])),
  ]),
];

const isMendable = (criterion: CardCriterion): boolean =>
  criterion.id === 'knowledge-base-decided' || fieldsOf(criterion).length > 0;

interface ItemProps extends Props {
  readonly criterion: CardCriterion;
  readonly open: boolean;
  readonly toggle: () => void;
}

function Criterion({ criterion, open, toggle, state, ...scope }: ItemProps) {
  const { say, format } = scope;
  const status = statusOf(criterion);
  const { id, title, clauseName, gaps, evidence } = criterion;
  const mendable = isMendable(criterion) && state.stage !== 'exempt';
  const label = open ? say('collapse') : say(status === 'met' ? 'edit' : 'fix');
  return (
    <li class={`criterion ${status}`}>
      <div class="row">
        <Icon name={ICONS[status]} />
        <span class="title">
          {title} <span class="soft">({clauseName})</span>
        </span>
        <span class="soft">{timed(evidence, format)}</span>
        <span class="status">{say(`status.${status}`)}</span>
        {mendable && (
          <button
            type="button"
            class="link"
            aria-expanded={open}
            aria-label={say('about', { action: label, what: title })}
            onClick={toggle}
          >
            {label}
          </button>
        )}
      </div>
      {status !== 'met' && gaps.length > 0 && (
        <ul class="gaps">
          {gaps.map(({ code, text, field }) => (
            <li key={`${code} ${field ?? ''} ${text}`}>{text}</li>
          ))}
        </ul>
      )}
      {open && mendable && (
        <div class="mend">
          {id === 'knowledge-base-decided' ? (
            <KnowledgeForm {...scope} done={toggle} />
          ) : (
            fieldsOf(criterion).map((key) => {
              const field = state.fields.find((one) => one.key === key);
              return field && <Field key={key} {...scope} field={field} at={id} />;
            })
          )}
        </div>
      )}
    </li>
  );
}

/** Moments in the reader's own zone. */
export function timed({ text, moments }: TimedText, format: Scope['format']): string {
  return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => {
    const at = moments[name];
    return at === undefined ? hole : format.moment(at);
  });
}
