/** How many jobs of one portal this process runs at the same time: a flood of one leaves room for the others. */
export interface PortalTurns {
  /** False when the portal has its share already. */
  enter(portalId: string): boolean;
  leave(portalId: string): void;
}

export function createPortalTurns(perPortal: number): PortalTurns {
  const running = new Map<string, number>();
  return {
    enter(portalId) {
      const count = running.get(portalId) ?? 0;
      if (count >= perPortal) return false;
      running.set(portalId, count + 1);
      return true;
    },
    leave(portalId) {
      const count = running.get(portalId) ?? 0;
      if (count > 1) running.set(portalId, count - 1);
      else running.delete(portalId);
    },
  };
}
