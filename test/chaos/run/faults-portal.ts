/** The portal as it is on a bad day: refusals, broken connections, writes applied without an answer, hours away. */
import type { Fault, PortalTrouble } from './fault.ts';

const MINUTE_MS = 60_000;
/** Three of them in one seed still end within the working day. */
const DOWN_MS = 90 * MINUTE_MS;

/** The trouble befalls a share of the requests that the seed draws. */
const portalFault = (name: string, troubleOf: (random: () => number) => PortalTrouble): Fault => ({
  name,
  begin: async ({ portal }, random) => {
    const share = random() < 0.4 ? 1 : 0.3 + random() * 0.5;
    const mend = portal.break({ share, trouble: troubleOf(random) });
    return async () => mend();
  },
});

const refused = (status: number, code?: string): PortalTrouble =>
  code === undefined ? { kind: 'refused', status } : { kind: 'refused', status, code };

/** The portal cuts after 60 s; here its minute is a quarter of a second. */
const cut = (random: () => number): PortalTrouble => ({
  kind: 'cut-after',
  afterMs: random() * 250,
});
const WRITES = /\.(add|update|delete|set|user\.add)\b/;

const cutWrites: Fault = {
  name: 'portal cuts writes it has applied',
  begin: async ({ portal }, random) => {
    const share = 0.3 + random() * 0.7;
    const mend = portal.break({ share, method: WRITES, trouble: cut(random) });
    return async () => mend();
  },
};

const cutMessages: Fault = {
  name: 'portal cuts messages it has sent',
  begin: async ({ portal }, random) => {
    const method = /imopenlines\.crm\.message\.add|crm\.activity\.add/;
    const mend = portal.break({ method, trouble: cut(random) });
    return async () => mend();
  },
};

/** Nobody answers, and meanwhile an hour and a half passes. */
const hoursDown: Fault = {
  name: 'portal down for hours',
  begin: async ({ portal, clock, kind }, random) => {
    const trouble = random() < 0.5 ? refused(503) : ({ kind: 'reset' } as const);
    const alsoGrants = kind === 'installed' && random() < 0.5;
    const mends = [portal.break({ trouble })];
    if (alsoGrants) mends.push(portal.break({ door: 'oauth', trouble }));
    await clock.advance(DOWN_MS);
    return async () => {
      for (const mend of mends) mend();
    };
  },
};

/** Clients answer meanwhile; then a day has passed, and everything that fell due and everything that was said comes at once. */
const overNight: Fault = {
  name: 'portal down over night',
  begin: async ({ portal, clock }) => {
    const mend = portal.break({ trouble: refused(503) });
    let healed = false;
    return async () => {
      if (healed) return;
      healed = true;
      await clock.advance(clock.untilNextWorkingDay());
      mend();
    };
  },
};

export const PORTAL_FAULTS: readonly Fault[] = [
  portalFault('portal answers 500', () => refused(500, 'INTERNAL_SERVER_ERROR')),
  portalFault('portal answers 502 in HTML', () => refused(502)),
  portalFault('portal answers 503', () => refused(503)),
  portalFault('portal says QUERY_LIMIT_EXCEEDED', () => refused(503, 'QUERY_LIMIT_EXCEEDED')),
  portalFault('portal says OPERATION_TIME_LIMIT', () => refused(429, 'OPERATION_TIME_LIMIT')),
  portalFault('portal resets connections', () => ({ kind: 'reset' })),
  portalFault('portal slow', (random) => ({ kind: 'slow', byMs: 100 + random() * 600 })),
  portalFault('portal hangs, then breaks off', () => ({ kind: 'hangs' })),
  portalFault('portal cuts anything it has done', cut),
  cutWrites,
  cutMessages,
  hoursDown,
  overNight,
];
