/** The page where an administrator adds applications, installs them and puts their robots and triggers on stages. */
import { appApi } from './app-api.js';
import { openAppSlider } from './app-slider.js';
import { A } from './app-texts.js';
import { byId, h } from './dom.js';
import { loadState } from './session.js';

const ADMIN = 1;
const SCOPES = 'crm,placement,bizproc,im,imopenlines,user_brief,userfieldconfig,calendar,task,note';
const root = byId('apps');
const list = h('div', { class: 'stack' });
const notice = h('p', { class: 'devops-notice', role: 'status' });
root.append(notice, list, addForm());
root.removeAttribute('aria-busy');

/** Opens what the address names: `/marketplace/app/<clientId>/`. */
async function followAddress() {
  const found = /^\/marketplace\/app\/([^/]+)\/?$/.exec(window.location.pathname);
  if (found === null) return;
  const clientId = decodeURIComponent(found[1]);
  const app = (await appApi.list()).find((one) => one.clientId === clientId);
  if (app) openOne(app);
}

function openOne(app) {
  openAppSlider({
    clientId: app.clientId,
    title: app.name,
    installer: app.stage !== 'installed' && app.ui,
    userId: ADMIN,
    onClose: refresh,
  });
}

async function refresh() {
  const apps = await appApi.list();
  list.replaceChildren(
    ...(apps.length === 0 ? [h('p', { class: 'muted' }, A.none)] : apps.map(cardOf)),
  );
}

async function act(work) {
  try {
    await work();
    notice.textContent = A.done;
  } catch (error) {
    notice.textContent = A.failed(error.message);
  }
  await refresh();
}

function cardOf(app) {
  const { clientId } = app;
  const button = (text, onclick, primary = false) =>
    h(
      'button',
      { type: 'button', class: primary ? 'button button-primary' : 'button', onclick },
      text,
    );
  const install = () =>
    app.ui ? openOne({ ...app, stage: 'installing' }) : act(() => appApi.install(clientId, ADMIN));
  return h(
    'section',
    { class: 'devops-app', 'data-client': clientId, 'aria-label': app.name },
    h('h2', null, app.name),
    facts(app),
    h(
      'div',
      { class: 'devops-actions' },
      button(app.stage === 'installed' ? A.reinstall : A.install, install, true),
      app.stage === 'new' ? null : button(A.open, () => openOne(app)),
      app.stage === 'new' ? null : button(A.expire, () => act(() => appApi.expire(clientId))),
      app.stage === 'new' ? null : button(A.revoke, () => act(() => appApi.revoke(clientId))),
      app.stage === 'new'
        ? null
        : button(A.uninstall, () => act(() => appApi.uninstall(clientId, false))),
      app.stage === 'new'
        ? null
        : button(A.uninstallClean, () => act(() => appApi.uninstall(clientId, true))),
    ),
    onStages(
      app,
      { title: A.robots, items: app.robots, word: A.place, more: waitSeconds },
      (code, stageId, extra) => appApi.placeRobot(clientId, { code, stageId, ...extra }),
    ),
    onStages(
      app,
      { title: A.triggers, items: app.triggers, word: A.attach, more: mayGoBack },
      (code, stageId, extra) => appApi.attachTrigger(clientId, { code, stageId, ...extra }),
    ),
    lastRuns(app),
  );
}

function facts(app) {
  const bound = [
    ...app.events.map((one) => one.event),
    ...app.placements.map((one) => one.placement),
  ];
  const rows = [
    [A.state, `${A.stages[app.stage]} · ${A.kinds[app.kind]} · ${app.status}`],
    [A.version, app.version],
    [A.clientId, app.clientId],
    [A.clientSecret, app.clientSecret],
    [A.handlerUrl, app.handlerUrl],
    [A.installUrl, app.installUrl],
    [A.scopes, app.scopes.join(', ')],
    [A.bound, bound.join(', ')],
  ];
  return h(
    'dl',
    { class: 'devops-facts' },
    rows
      .filter(([, value]) => value !== '')
      .flatMap(([name, value]) => [h('dt', null, name), h('dd', null, value)]),
  );
}

/** A row for each robot or trigger: where it stands, and the stage to put it on next. */
function onStages(app, { title, items, word, more }, put) {
  if (items.length === 0) return null;
  const stageName = (stageId) =>
    app.stages.find((stage) => stage.stageId === stageId)?.name ?? stageId;
  const takeOff = (code, stageId) => () =>
    act(() => appApi.takeOff(app.clientId, { code, stageId }));
  const rows = items.map(({ code, name }) => {
    const placed = [...app.placedRobots, ...app.attachedTriggers].filter(
      (one) => one.code === code,
    );
    const select = h(
      'select',
      { class: 'select', 'aria-label': `${name || code}: ${A.toStage}` },
      app.stages.map((stage) => h('option', { value: stage.stageId }, stage.name)),
    );
    const extra = more(name || code);
    const onclick = () => act(() => put(code, select.value, extra.value()));
    return h(
      'li',
      null,
      h('span', null, `${name || code} `),
      placed.map(({ stageId }) =>
        h(
          'span',
          { class: 'devops-placed' },
          stageName(stageId),
          ' ',
          h(
            'button',
            {
              type: 'button',
              class: 'button',
              'aria-label': A.takeOff(name || code, stageName(stageId)),
              onclick: takeOff(code, stageId),
            },
            A.remove,
          ),
        ),
      ),
      select,
      extra.element,
      h('button', { type: 'button', class: 'button', onclick }, word),
    );
  });
  return h('div', null, h('h3', null, title), h('ul', { class: 'devops-list' }, rows));
}

/** How long a robot waits for its answer. */
function waitSeconds(name) {
  const label = `${name}: ${A.waitSeconds}`;
  const input = h('input', { class: 'input devops-number', type: 'number', min: '0', value: '0' });
  input.setAttribute('aria-label', label);
  return {
    element: h('label', null, input, ` ${A.seconds}`),
    value: () => ({ timeoutSeconds: Number(input.value) }),
  };
}

function mayGoBack() {
  const input = h('input', { type: 'checkbox' });
  return {
    element: h('label', null, input, ` ${A.allowBack}`),
    value: () => ({ allowBack: input.checked }),
  };
}

/** What robots were asked lately, and what the application answered. */
function lastRuns(app) {
  if (app.runs.length === 0) return null;
  const nameOf = (code) => app.robots.find((one) => one.code === code)?.name || code;
  const rows = app.runs.toReversed().map(({ code, ticketId, state, returned, log }) =>
    h(
      'li',
      null,
      `${nameOf(code)}, № ${ticketId}: ${A.runStates[state]}`,
      Object.entries(returned ?? {}).map(([key, value]) =>
        h('pre', { class: 'devops-value' }, `${key} = ${value}`),
      ),
      log.map((line) => h('p', { class: 'muted' }, line)),
    ),
  );
  return h('div', null, h('h3', null, A.runs), h('ul', { class: 'devops-list' }, rows));
}

function addForm() {
  const field = (name, label, value, type = 'text') =>
    h(
      'p',
      { class: 'devops-field' },
      h('label', { for: `app-${name}` }, label),
      h('input', {
        class: 'input',
        id: `app-${name}`,
        name,
        type,
        value,
        required: name !== 'installUrl',
      }),
    );
  const kind = h(
    'select',
    { class: 'select', id: 'app-kind', name: 'kind' },
    Object.entries(A.kinds).map(([value, label]) => h('option', { value }, label)),
  );
  const ui = h('input', { type: 'checkbox', id: 'app-ui', name: 'ui', checked: true });
  const form = h(
    'form',
    { class: 'devops-app devops-form', 'aria-label': A.add },
    h('h2', null, A.add),
    field('name', A.name, 'Closegate'),
    field('handlerUrl', A.handlerUrl, '', 'url'),
    field('installUrl', A.installUrl, '', 'url'),
    field('scopes', A.scopes, SCOPES),
    h('p', { class: 'devops-field' }, h('label', { for: 'app-kind' }, A.kind), kind),
    h('p', null, ui, ' ', h('label', { for: 'app-ui' }, A.hasUi)),
    h('button', { class: 'button button-primary' }, A.add),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const data = Object.fromEntries(new FormData(form));
    void act(async () => {
      await appApi.register({ ...data, ui: ui.checked });
    }).then(() => (notice.textContent = A.added));
  });
  return form;
}

await loadState();
await refresh();
await followAddress();
