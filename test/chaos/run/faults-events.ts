/** Events on their way from the portal to the service: lost, doubled, out of order, late. The sweep needs none of them. */
import type { EventRule, Fault } from './fault.ts';

const eventFault = (name: string, ruleOf: (random: () => number) => EventRule): Fault => ({
  name,
  begin: async ({ events }, random) => {
    const mend = events.break(ruleOf(random));
    return async () => mend();
  },
});

export const EVENT_FAULTS: readonly Fault[] = [
  eventFault('events lost', (random) => ({ drop: random() < 0.3 ? 1 : 0.3 + random() * 0.5 })),
  eventFault('events doubled', (random) => ({ double: 0.5 + random() * 0.5 })),
  eventFault('events out of order', () => ({ hold: true })),
  eventFault('events late', (random) => ({ lateMs: 300 + random() * 1500 })),
];
