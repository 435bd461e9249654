/** What the settings pages ask of a portal, in memory: the support pipeline of fake-tools.ts, a few fields and people. */
import type {
  LookAtCalendar,
  PipelineLook,
  SettingsGateway,
  StaffMember,
  StandingWish,
} from '../../src/app/ports/settings.ts';
import type { CrmField } from '../../src/app/ports/setup.ts';
import type { PipelineRef } from '../../src/core/policy.ts';
import { calendarPicture } from '../../src/calendar/calendar-exceptions.ts';
import { zoneRules } from '../../src/calendar/zone-rules.ts';
import { calendarOf } from '../../src/compose-client.ts';
import type { FakeSetupGateway } from './fake-tools.ts';

export function aField(name: string, overrides: Partial<CrmField> = {}): CrmField {
  return {
    name,
    label: name,
    type: 'string',
    multiple: false,
    readOnly: false,
    items: null,
    ...overrides,
  };
}

export class FakeSettings implements SettingsGateway {
  readonly #setup: FakeSetupGateway;
  smartProcesses: { entityTypeId: number; name: string }[] = [];
  complete = true;
  /** null: no scope for people. */
  people: StaffMember[] | null = [
    { id: 1, name: 'Анна Орлова' },
    { id: 2, name: 'Борис Ким' },
  ];
  /** How many tickets stand in a stage. */
  readonly tickets = new Map<string, number>();
  readonly asked: StandingWish[] = [];

  constructor(setup: FakeSetupGateway) {
    this.#setup = setup;
  }

  async types() {
    const types = [{ entityTypeId: 2, name: '' }, ...this.smartProcesses];
    return { types, complete: this.complete };
  }
  async pipelines(entityTypeIds: readonly number[]) {
    return this.#setup.pipelines.filter(({ entityTypeId }) => entityTypeIds.includes(entityTypeId));
  }
  async look({ entityTypeId, categoryId }: PipelineRef): Promise<PipelineLook | null> {
    const own = (one: PipelineRef): boolean =>
      one.entityTypeId === entityTypeId && one.categoryId === categoryId;
    const pipeline = this.#setup.pipelines.find(own);
    if (!pipeline) return null;
    return {
      pipeline,
      typeName: this.smartProcesses.find((one) => one.entityTypeId === entityTypeId)?.name ?? '',
      stages: this.#setup.stages.filter(own).toSorted((a, b) => a.sort - b.sort),
      fields: this.#setup.crmFields,
      serverTime: this.#setup.now,
      appUserId: 1,
    };
  }
  async standing(_pipeline: PipelineRef, wishes: readonly StandingWish[]) {
    this.asked.push(...wishes);
    return wishes.map(({ stageIds }) =>
      stageIds.reduce((sum, stageId) => sum + (this.tickets.get(stageId) ?? 0), 0),
    );
  }
  async staff(ids: readonly number[]) {
    return this.people?.filter(({ id }) => ids.includes(id)) ?? null;
  }
  async findStaff(words: string) {
    return this.people?.filter(({ name }) => name.includes(words)) ?? null;
  }
}

/** The real layers over a portal that tells nothing. */
export const fakeCalendarLook: LookAtCalendar = async (policy, now) => {
  const calendar = calendarOf(null, policy);
  const zone = zoneRules(policy.timeZone);
  const about = { from: zone.localOf(now), timeZone: policy.timeZone };
  return { calendar: calendarPicture(calendar, null, about), time: { calendar, zone } };
};
