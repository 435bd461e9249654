/**
 * The script of the installer's page, as the browser gets it: runs the steps in order, stops at the first that fails, and tells the portal
 * that the installation is over (`setInstallFinish`, PORTAL 7.3). The frame's name holds the portal's address and the session id.
 */
export const INSTALL_RUNNER = `'use strict';
(async () => {
  const holder = document.getElementById('state');
  const state = JSON.parse(holder.textContent);
  holder.remove();
  const again = document.getElementById('again');
  const steps = [...document.querySelectorAll('[data-step]')];
  const show = (item, kind, text) => {
    item.className = kind;
    item.querySelector('.state').textContent = text;
  };
  const run = async (item) => {
    show(item, 'runs', state.runs);
    let answer = null;
    try {
      const response = await fetch('api/install/step', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + state.token },
        body: JSON.stringify({ step: item.dataset.step }),
        credentials: 'omit',
      });
      if (response.ok) answer = await response.json();
    } catch { /* told below */ }
    const ok = answer !== null && answer.ok === true;
    item.querySelector('.lines').textContent = answer === null ? '' : answer.lines.join(' ');
    item.querySelector('.advice').textContent = answer === null ? state.away : answer.advice;
    show(item, ok ? 'done' : 'failed', ok ? state.done : state.failed);
    return ok;
  };
  const finish = () => {
    const [host, secure, sid] = window.name.split('|');
    if (!sid || window.parent === window) return;
    const origin = new URL((secure === '1' ? 'https://' : 'http://') + host).origin;
    window.parent.postMessage('setInstallFinish:cginstall:' + sid, origin);
  };
  const go = async () => {
    again.hidden = true;
    for (const item of steps) {
      if (item.className === 'done') continue;
      if (!(await run(item))) {
        again.hidden = false;
        again.focus();
        return;
      }
    }
    finish();
  };
  again.addEventListener('click', go);
  await go();
})();
`;
