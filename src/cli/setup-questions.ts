/** The questions of an interactive setup: each with its default in brackets, asked again until it is understood. */
import type { Say } from '../app/ports/tools.ts';
import type { Language } from '../app/ports/texts.ts';
import type { PipelineFacts, PolicyDraft, SetupRequest } from '../app/setup-pipeline-draft.ts';
import { STAGE_ROLES } from '../app/setup-pipeline-draft.ts';
import type { KeyValue } from '../app/setup-pipeline-settings.ts';
import type { Terminal } from './terminal.ts';

export interface Interview {
  readonly terminal: Terminal;
  readonly ask: (question: string) => Promise<string>;
  readonly say: Say;
  readonly language: Language;
}

interface Question {
  readonly key: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly standard: string;
  readonly allowed: readonly string[] | RegExp;
  /** How the allowed answers are told when one is not understood. */
  readonly available: string;
}

function fits(answer: string, allowed: Question['allowed']): boolean {
  return allowed instanceof RegExp ? allowed.test(answer) : allowed.includes(answer);
}

async function askOne(interview: Interview, question: Question): Promise<string> {
  const { ask, say, language, terminal } = interview;
  for (;;) {
    const text = say(language, question.key, { ...question.params, default: question.standard });
    const answer = (await ask(text)).trim();
    if (answer === '') return question.standard;
    if (fits(answer, question.allowed)) return answer;
    terminal.say(
      say(language, 'setup.ask-again', { value: answer, available: question.available }),
    );
  }
}

/** Asks yes or no in the interview's language; English words are understood too. */
export async function askYesNo(
  interview: Interview,
  key: string,
  standard: boolean,
): Promise<boolean> {
  const { say, language } = interview;
  const yes = [say(language, 'cli.yes'), 'yes', 'y'];
  const no = [say(language, 'cli.no'), 'no', 'n'];
  const answer = await askOne(interview, {
    key,
    standard: say(language, standard ? 'cli.yes' : 'cli.no'),
    allowed: [...yes, ...no],
    available: `${yes[0]}, ${no[0]}`,
  });
  return yes.includes(answer);
}

async function askStages(interview: Interview, draft: PolicyDraft, facts: PipelineFacts) {
  const answers: KeyValue[] = [];
  for (const { stageId, name } of facts.stages) {
    const value = await askOne(interview, {
      key: 'setup.ask-stage',
      params: { stage: stageId, name },
      standard: draft.stages[stageId] ?? 'work',
      allowed: STAGE_ROLES,
      available: STAGE_ROLES.join(', '),
    });
    answers.push({ key: stageId, value });
  }
  return answers;
}

async function askSettings(
  interview: Interview,
  draft: PolicyDraft,
  stages: readonly KeyValue[],
): Promise<readonly KeyValue[]> {
  const workStages = stages.filter(({ value }) => value === 'work').map(({ key }) => key);
  const [firstWork] = workStages;
  const returnStage = await askOne(interview, {
    key: 'setup.ask-return-stage',
    standard: workStages.includes(draft.returnStage) ? draft.returnStage : (firstWork ?? ''),
    allowed: workStages,
    available: workStages.join(', '),
  });
  const wait = (key: string, standard: number) =>
    askOne(interview, {
      key,
      standard: String(standard),
      allowed: ['1', '2'],
      available: '1, 2',
    });
  const firstWaitDays = await wait('setup.ask-first-wait', draft.firstWaitDays);
  const secondWaitDays = await wait('setup.ask-second-wait', draft.secondWaitDays);
  const autoAsk = await askYesNo(interview, 'setup.ask-auto', draft.autoAsk);
  const none = interview.say(interview.language, 'setup.none');
  const leads = await askOne(interview, {
    key: 'setup.ask-leads',
    standard: draft.leads.length > 0 ? draft.leads.join(',') : none,
    allowed: /^[1-9]\d*(\s*,\s*[1-9]\d*)*$/,
    available: '1,2,3',
  });
  return [
    { key: 'returnStage', value: returnStage },
    { key: 'firstWaitDays', value: firstWaitDays },
    { key: 'secondWaitDays', value: secondWaitDays },
    { key: 'autoAsk', value: String(autoAsk) },
    { key: 'lead', value: leads === none ? 'none' : leads },
  ];
}

/** Goes through the draft with a person; returns the request as answered. */
export async function interviewSetup(
  interview: Interview,
  request: Required<SetupRequest>,
  draft: PolicyDraft,
  facts: PipelineFacts,
): Promise<Required<SetupRequest>> {
  const stages = await askStages(interview, draft, facts);
  const settings = await askSettings(interview, draft, stages);
  const mode = await askOne(interview, {
    key: 'setup.ask-mode',
    standard: draft.mode,
    allowed: ['observe', 'enforce'],
    available: 'observe, enforce',
  });
  return {
    ...request,
    stages,
    settings: [...request.settings, ...settings],
    mode: mode === 'enforce' ? 'enforce' : 'observe',
  };
}
