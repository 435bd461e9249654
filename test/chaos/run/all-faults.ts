/** Everything that a chaos run may break, in the order of its table. */
import type { Fault } from './fault.ts';
import { CLOCK_FAULTS } from './faults-clock.ts';
import { EVENT_FAULTS } from './faults-events.ts';
import { GRANT_FAULTS } from './faults-grants.ts';
import { PORTAL_FAULTS } from './faults-portal.ts';
import { PROCESS_FAULTS } from './faults-process.ts';
import { REDIS_FAULTS } from './faults-redis.ts';
import { VERSION_FAULTS } from './faults-versions.ts';

export const ALL_FAULTS: readonly Fault[] = [
  ...EVENT_FAULTS,
  ...PORTAL_FAULTS,
  ...GRANT_FAULTS,
  ...REDIS_FAULTS,
  ...PROCESS_FAULTS,
  ...CLOCK_FAULTS,
  ...VERSION_FAULTS,
];
