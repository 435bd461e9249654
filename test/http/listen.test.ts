/** A server on its port: what is said when it cannot be had, and how connections end. */
import { Agent, createServer, get } from 'node:http';
import { expect, it } from '@jest/globals';
import { listenOn } from '../../src/listen.ts';

it.each(['PORT', 'OPS_PORT'] as const)(
  'says that the port is taken, as the setting %s to correct',
  async (variable) => {
    const first = await listenOn(createServer(), 0);

    await expect(listenOn(createServer(), first.port, variable)).rejects.toMatchObject({
      code: 'config-invalid',
      message: `The port cannot be used: set ${variable} to a free one`,
    });
    await first.stop(1000);
  },
);

it('does not wait for a connection that is kept open after its answer', async () => {
  const server = await listenOn(
    createServer((_req, res) => void res.end('answered')),
    0,
  );
  const agent = new Agent({ keepAlive: true });
  const answered = new Promise<void>((resolve) => {
    get({ port: server.port, agent }, (res) => void res.resume().on('end', () => resolve()));
  });
  await answered;

  await expect(server.stop(60_000)).resolves.toBeUndefined();
  agent.destroy();
});

it('cuts off at the deadline what is not answered', async () => {
  const server = await listenOn(
    createServer(() => undefined),
    0,
  );
  const broken = new Promise((resolve) => {
    get({ port: server.port }).on('error', resolve);
  });
  await server.stop(200);

  expect(await broken).toMatchObject({ code: expect.stringMatching(/ECONN|EPIPE/) });
});
