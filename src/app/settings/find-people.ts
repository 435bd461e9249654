/** People of the portal for whoever names leads. */
import type { PeopleFound } from '../../core/admin/settings-state.ts';
import type { SettingsDeps } from './settings-deps.ts';

const SHORTEST = 2;

/** @param words parts of a name, or an id; shorter than two letters finds nobody. Throws portal faults. */
export async function findPeople(
  words: string,
  { tools: { settings } }: Pick<SettingsDeps, 'tools'>,
): Promise<PeopleFound> {
  const byId = /^[1-9]\d{0,9}$/.test(words);
  const found = byId
    ? await settings.staff([Number(words)])
    : words.length < SHORTEST
      ? []
      : await settings.findStaff(words);
  return { people: found ?? [], by: found === null ? 'ids' : 'names' };
}
