'use strict';
// Repeats the page every second and takes over what has changed. Without this script the browser reloads the page.
(() => {
  const PERIOD_MS = 1000;
  const TIMEOUT_MS = 5000;
  const live = document.getElementById('live');

  // Changes nodes in place, so that selections, open tables and transitions stay.
  const take = (node, fresh) => {
    if (node.nodeType !== fresh.nodeType || node.nodeName !== fresh.nodeName) {
      node.replaceWith(fresh.cloneNode(true));
      return;
    }
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.data !== fresh.data) {
        node.data = fresh.data;
      }
      return;
    }
    for (const { name } of [...node.attributes]) {
      if (!fresh.hasAttribute(name) && name !== 'open') {
        node.removeAttribute(name);
      }
    }
    for (const { name, value } of fresh.attributes) {
      if (node.getAttribute(name) !== value) {
        node.setAttribute(name, value);
      }
    }
    const children = [...node.childNodes];
    const freshChildren = [...fresh.childNodes];
    freshChildren.forEach((child, i) =>
      i < children.length ? take(children[i], child) : node.append(child.cloneNode(true)));
    children.slice(freshChildren.length).forEach((child) => child.remove());
  };

  const say = (text, stale) => {
    if (live.textContent !== text) {
      live.textContent = text;
    }
    document.body.classList.toggle('stale', stale);
  };

  const update = async () => {
    try {
      const response = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) {
        throw new Error(response.status);
      }
      const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
      take(document.querySelector('main'), fresh.querySelector('main'));
      say('live', false);
    } catch {
      say('no response, this is the last known state', true);
    }
  };

  const repeat = async () => {
    if (!document.hidden) {
      await update();
    }
    setTimeout(repeat, PERIOD_MS);
  };
  repeat();
})();
