/** Addresses of ticket cards, as Bitrix24 writes them. */

const DEAL = 2;
const PATHS = [/^\/crm\/(deal)\/details\/(\d+)\/?$/, /^\/crm\/type\/(\d+)\/details\/(\d+)\/?$/];
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** `/crm/deal/details/12/` of a ticket. */
export function ticketPath(ref) {
  const kind = ref.entityTypeId === DEAL ? 'deal' : `type/${ref.entityTypeId}`;
  return `/crm/${kind}/details/${ref.id}/`;
}

/** The ticket a path belongs to, or null. */
export function ticketAt(path) {
  for (const pattern of PATHS) {
    const found = pattern.exec(path);
    if (found !== null) {
      return { entityTypeId: found[1] === 'deal' ? DEAL : Number(found[1]), id: Number(found[2]) };
    }
  }
  return null;
}

/** The ticket a link of this portal opens, or null; the portal may be known by several loopback names. */
export function ticketOfLink(anchor) {
  const here = window.location;
  const samePortal =
    anchor.host === here.host ||
    (anchor.port === here.port && LOOPBACK.test(anchor.hostname) && LOOPBACK.test(here.hostname));
  return samePortal ? ticketAt(anchor.pathname) : null;
}
