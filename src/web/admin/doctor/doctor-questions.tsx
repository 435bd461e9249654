/** What the portal tells no app: an administrator looks and says. */
import type { DoctorQuestion } from '../../../core/admin/doctor-state.ts';
import { DOCTOR_ANSWERS } from '../../../core/admin/doctor-state.ts';
import { Group } from '../../shared/ui/boxes.tsx';
import { RadioGroup } from '../../shared/ui/choices.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { AdminScope } from '../scope.ts';
import type { DoctorStore } from './doctor-store.ts';

export function DoctorQuestions({
  scope,
  store,
}: {
  readonly scope: AdminScope;
  readonly store: DoctorStore;
}) {
  const { say } = scope;
  if (store.questions.length === 0) return null;
  return (
    <Group title={say('doctor.questions')} hint={say('doctor.questions.hint')}>
      {store.questions.map((question) => (
        <Question key={question.id} scope={scope} store={store} question={question} />
      ))}
    </Group>
  );
}

function Question({
  scope: { say, format },
  store,
  question,
}: {
  readonly scope: AdminScope;
  readonly store: DoctorStore;
  readonly question: DoctorQuestion;
}) {
  const { id, text, why, answer, answeredAt, stale } = question;
  const busy = store.answering.has(id);
  return (
    <div class="question">
      <RadioGroup
        id={`ask-${id.replaceAll(/\W+/g, '-')}`}
        label={text}
        hint={why}
        disabled={busy}
        value={answer ?? ''}
        choices={DOCTOR_ANSWERS.map((one) => ({ value: one, label: say(`doctor.answer.${one}`) }))}
        onValue={(said) => void store.answer(id, said)}
      />
      {stale && (
        <Notice tone="wait">
          <p>{say('doctor.stale')}</p>
        </Notice>
      )}
      <p class="hint" role="status">
        {busy
          ? say('doctor.answering')
          : answeredAt !== null && say('doctor.answered', { when: format.moment(answeredAt) })}
      </p>
    </div>
  );
}
