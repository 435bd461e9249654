/** The portal's own window of employees: it lives outside the frame, so it is not cut off. */
import type { Bridge } from './bridge.ts';
import type { PickedPerson } from './ui/people-picker.tsx';

/** A person looks for people; a window that was closed never answers. */
const CHOOSING_MS = 10 * 60_000;

/** null: nobody was chosen. Numbers come as strings, and one person may come without a list. */
export async function pickPeople(bridge: Bridge): Promise<readonly PickedPerson[] | null> {
  const answer = await bridge.call('selectUser', { mult: true }, CHOOSING_MS);
  const list = listOf(answer);
  const people = list.flatMap((one) => personOf(one));
  return people.length === 0 ? null : people;
}

function listOf(answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer;
  if (typeof answer !== 'object' || answer === null) return [];
  return 'id' in answer ? [answer] : Object.values(answer);
}

function personOf(value: unknown): readonly PickedPerson[] {
  if (typeof value !== 'object' || value === null || !('id' in value)) return [];
  const id = Number(value.id);
  const name = 'name' in value && typeof value.name === 'string' ? value.name : '';
  return Number.isInteger(id) && id > 0 ? [{ id, name }] : [];
}
