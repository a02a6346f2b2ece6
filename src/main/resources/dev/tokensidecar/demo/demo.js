'use strict';
// The buttons of the demo. The page shows what they lead to.
(() => {
  const said = document.getElementById('said');
  const fault = document.getElementById('fault');

  document.querySelector('.demo').addEventListener('click', async ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) {
      return;
    }
    const method = target.dataset.delete ? 'DELETE' : 'POST';
    const response = await fetch(target.dataset.delete ?? target.dataset.post, {
      method,
      body: 'fault' in target.dataset ? fault.value : undefined,
    });
    const outcome = response.status === 202 ? 'started' : response.ok ? 'done' : `failed (${response.status})`;
    said.textContent = `${target.textContent}: ${outcome}`;
  });
})();
