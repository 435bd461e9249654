/** A worker process whose sweep hangs in the middle: says so and waits to be killed. */
import { aQueue } from './a-queue.ts';

const queue = await aQueue({ url: process.argv[2] ?? '' });
await queue.queues.start(async (portalId) => {
  const inbox = await queue.state.readInbox(portalId);
  process.stdout.write(`sweeping ${[...inbox.keys()].join()}\n`);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
  return { found: 0, again: false };
});
