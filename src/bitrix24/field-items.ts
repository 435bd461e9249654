/** The app's own fields of an entity type, and the items of its lists. */
import { AppError } from '../errors.ts';
import { createDealFieldBook } from './deal-field-book.ts';
import type { FieldBook } from './own-field.ts';
import type { PortalClient } from './portal-client.ts';
import { createSmartFieldBook } from './smart-field-book.ts';
import { DEAL } from './stage-places.ts';

/** Deals and smart processes have field interfaces of their own (PORTAL 3.10). */
export async function fieldBookOf(client: PortalClient, entityTypeId: number): Promise<FieldBook> {
  return entityTypeId === DEAL
    ? createDealFieldBook(client)
    : await createSmartFieldBook(client, entityTypeId);
}

/** Field name → ids of its list items; empty when the portal does not let this user look (it asks for a CRM administrator). */
export async function listFieldItems(
  client: PortalClient,
  entityTypeId: number,
): Promise<Readonly<Record<string, readonly number[]>>> {
  try {
    const book = await fieldBookOf(client, entityTypeId);
    const fields = await book.list();
    return Object.fromEntries(
      fields.flatMap(({ name, items }) => (items ? [[name, items.map(({ id }) => id)]] : [])),
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'portal-denied') return {};
    throw error;
  }
}
