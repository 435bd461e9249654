/** A flood of one portal's events shares the process with everybody else's work: it is taken in pieces, between which that goes on. */
import type { RequestListener } from 'node:http';

/** A few milliseconds' worth. Work that waits for answers one after another loses a turn to the flood with each of them. */
const PER_TURN = 8;

/**
 * Hands on at most `perTurn` requests in one turn of the event loop, in the order in which they came; what came beyond waits for the
 * next turn, with its body where the connection keeps it. Requests that `isFlood` does not name pass at once.
 */
export function inShortTurns(
  handle: RequestListener,
  isFlood: (url: string) => boolean,
  perTurn = PER_TURN,
): RequestListener {
  const waiting: (() => void)[] = [];
  let left = perTurn;
  let turning = false;
  const turn = (): void => {
    const some = waiting.splice(0, perTurn);
    left = perTurn - some.length;
    turning = some.length > 0;
    if (turning) setImmediate(turn);
    for (const take of some) take();
  };
  return (req, res) => {
    if (!isFlood(req.url ?? '')) return handle(req, res);
    if (!turning) {
      turning = true;
      setImmediate(turn);
    }
    if (left === 0) {
      waiting.push(() => handle(req, res));
      return;
    }
    left -= 1;
    handle(req, res);
  };
}
