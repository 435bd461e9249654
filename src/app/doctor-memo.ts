/** One run of the self-check asks the portal each thing once, however many checks look at it: a portal grants two requests a second. */
import type { PortalProbe, SetupGateway } from './ports/setup.ts';

export interface Asked {
  readonly probe: PortalProbe;
  readonly setup: Pick<SetupGateway, 'listPipelines'>;
}

export function askOnce({ probe, setup }: Asked): Asked {
  const answers = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const known = answers.get(key);
    // Each key has one kind of answer: it is made in one place below.
    if (known !== undefined) return known as Promise<T>;
    const answer = ask();
    answers.set(key, answer);
    // What went wrong once may go well the next time.
    answer.catch(() => answers.delete(key));
    return answer;
  };
  // Bound: a probe may be an object of a class.
  const listItems = probe.listItems?.bind(probe);
  const requiredFields = probe.requiredFields?.bind(probe);
  const cardFields = probe.cardFields?.bind(probe);
  const workflows = probe.workflows?.bind(probe);
  const staff = probe.staff?.bind(probe);
  return {
    probe: {
      serverTime: () => probe.serverTime(),
      nudge: (policy) => probe.nudge(policy),
      rights: (pipeline) => probe.rights(pipeline),
      scopes: () => once('scopes', () => probe.scopes()),
      profile: () => once('profile', () => probe.profile()),
      fieldNames: (type) => once(`fields ${type}`, () => probe.fieldNames(type)),
      listStages: (types) => once(`stages ${types.join()}`, () => probe.listStages(types)),
      ...(cardFields && { cardFields }),
      ...(workflows && { workflows }),
      ...(staff && { staff }),
      ...(listItems && { listItems: (type) => once(`items ${type}`, () => listItems(type)) }),
      ...(requiredFields && {
        requiredFields: (type) => once(`required ${type}`, () => requiredFields(type)),
      }),
    },
    setup: {
      listPipelines: (type) => once(`pipelines ${type}`, () => setup.listPipelines(type)),
    },
  };
}
