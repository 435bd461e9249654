/** The keys to an installed portal, and its address. */
import type { Fault, PortalTrouble } from './fault.ts';

const INSTALLED = ['installed'] as const;

const expired: Fault = {
  name: 'access token expired',
  worlds: INSTALLED,
  async begin({ grants }) {
    grants?.expire();
    return async () => undefined;
  },
};

/** Both workers and the web process notice at the same moment; the one that is late finds its refresh token rotated. */
const rotated: Fault = {
  name: 'refresh token rotated under two processes',
  worlds: INSTALLED,
  async begin({ grants, portal }, random) {
    // A slow authorization server makes the others come while the first one waits.
    const slow: PortalTrouble = { kind: 'slow', byMs: 50 + random() * 300 };
    const mend = portal.break({ door: 'oauth', trouble: slow });
    grants?.expire();
    const again = setTimeout(() => grants?.expire(), 100 + random() * 300);
    return async () => {
      clearTimeout(again);
      mend();
    };
  },
};

const refreshCut: Fault = {
  name: 'refresh answered to nobody',
  worlds: INSTALLED,
  async begin({ grants, portal }, random) {
    const trouble: PortalTrouble = { kind: 'cut-after', afterMs: random() * 100 };
    const mend = portal.break({ door: 'oauth', share: 0.5 + random() * 0.3, trouble });
    grants?.expire();
    return async () => mend();
  },
};

const serverDown: Fault = {
  name: 'authorization server down',
  worlds: INSTALLED,
  async begin({ grants, portal }) {
    const mend = portal.break({ door: 'oauth', trouble: { kind: 'refused', status: 503 } });
    grants?.expire();
    return async () => mend();
  },
};

const revoked: Fault = {
  name: 'grant revoked, given again',
  worlds: INSTALLED,
  async begin({ grants }) {
    grants?.revoke();
    let healed = false;
    return async () => {
      if (healed) return;
      healed = true;
      await grants?.restore();
    };
  },
};

const renamed: Fault = {
  name: 'portal renamed',
  worlds: INSTALLED,
  async begin({ grants }) {
    await grants?.rename();
    return async () => undefined;
  },
};

export const GRANT_FAULTS: readonly Fault[] = [
  expired,
  rotated,
  refreshCut,
  serverDown,
  revoked,
  renamed,
];
