/** The routes of the settings over fakes: who may call which, what a save calls for, what an answer looks like. */
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import type { AdminDeps } from '../../src/app/admin/admin-deps.ts';
import type { AppProbe } from '../../src/app/ports/doctor.ts';
import type { On, Who } from '../../src/http/admin/call.ts';
import { createSettingsRoutes } from '../../src/http/admin/settings-routes.ts';
import type { PipelineSettings } from '../../src/core/admin/settings-state.ts';
import { AppError } from '../../src/errors.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { aClientScene } from '../support/a-client-side.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools } from '../support/fake-tools.ts';

const USER = {
  id: 2,
  name: '',
  isAdmin: true,
  isLead: true,
  language: 'ru',
  timeZone: '',
} as const;
const nobody = async (): Promise<never> => Promise.reject(new Error('not a part of the settings'));
const NO_APP: AppProbe = {
  record: nobody,
  pair: nobody,
  standing: nobody,
  bindings: nobody,
  scopes: { required: [], optional: [] },
};
const ONE = '/api/settings/pipeline/2:5';

let tools: FakeTools;
let registered = 0;
let failing = false;
let asked: Who[] = [];
let server: Server;
let url = '';

beforeEach(async () => {
  tools = fakeTools();
  registered = 0;
  failing = false;
  asked = [];
  const deps: AdminDeps = {
    portalId: tools.portalId,
    origin: 'https://portal.example',
    tools,
    client: aClientScene().deps,
    app: NO_APP,
    eventUrl: '',
    say: sayByName,
    keepRegistered: async () => {
      registered += 1;
      if (failing) throw new AppError('portal-rate-limited', 'The portal is busy');
    },
  };
  const on: On = (who, answer) => {
    asked.push(who);
    return async (req, res) => answer({ user: USER, deps, hand: async () => null, req, res });
  };
  const app = express();
  app.use(express.json());
  app.use(createSettingsRoutes(on));
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function call(method: string, path: string, body?: object) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const { headers, status } = response;
  return { status, headers, body: (await response.json()) as PipelineSettings };
}

const open = async () => (await call('GET', ONE)).body;
const save = async (change: object) => {
  const { policy, version } = await open();
  return call('PUT', ONE, { policy: { ...policy, ...change }, version });
};

describe('the routes of the settings', () => {
  test('are for administrators alone', () => {
    expect(asked.length).toBeGreaterThan(8);
    expect(new Set(asked)).toEqual(new Set(['admin']));
  });

  test('have the app registered anew after a save, and only then', async () => {
    await save({ undoMinutes: 300 });
    expect(registered).toBe(0);

    expect((await save({})).status).toBe(200);
    expect(registered).toBe(1);
  });

  test('answer a save as done although the portal is too busy to register more', async () => {
    failing = true;

    expect((await save({})).status).toBe(200);
    expect(tools.policies.saved).toHaveLength(1);
  });

  test('are kept nowhere', async () => {
    const answers = [
      await call('GET', ONE),
      await save({ channels: [] }),
      await call('GET', '/api/settings'),
    ];

    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(
      answers.map(() => 'no-store'),
    );
  });

  test.each(['0:5', '2:77', '2', 'deals', '2:5:6', '__proto__'])(
    'know no pipeline %s',
    async (pipeline) => {
      const place = encodeURIComponent(pipeline);
      const document = { document: {}, pipeline };
      const answers = [
        await call('GET', `/api/settings/pipeline/${place}`),
        await call('GET', `/api/settings/export?pipeline=${place}`),
      ];

      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      expect((await call('POST', '/api/settings/import', document)).status).toBeGreaterThan(399);
    },
  );

  test('give the document out under a name that tells what it is', async () => {
    await save({});
    const { headers, body } = await call('GET', '/api/settings/export?pipeline=2:5');

    expect(headers.get('content-disposition')).toBe('attachment; filename=closegate-2-5-v1.json');
    expect(body).toMatchObject({ schema: 1, names: { stages: { 'C5:WON': 'Закрыто' } } });
  });

  test('look nobody up for one letter', async () => {
    const one = await call('GET', `/api/settings/people?q=${encodeURIComponent('А')}`);
    const two = await call('GET', `/api/settings/people?q=${encodeURIComponent('Ан')}`);
    tools.settings.people = null;
    const blind = await call('GET', '/api/settings/people?q=17');

    expect(one.body).toMatchObject({ people: [], by: 'names' });
    expect(two.body).toMatchObject({ people: [{ id: 1 }] });
    expect(blind.body).toMatchObject({ people: [], by: 'ids' });
  });
});
