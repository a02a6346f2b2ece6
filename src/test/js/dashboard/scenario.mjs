// What happens to the pods, second by second: normal operation, an outage, an API that rejects every token, callers that have to wait, a session that ends.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export const SECONDS = 240;

const HERD = 150;

async function requestToken(pod, query = '', wait = 5) {
  const response = await fetch(`${pod.api}/token${query}`, { headers: { Accept: 'text/plain', Prefer: `wait=${wait}` } });
  return response.text();
}

async function setFault(pod, fault) {
  const response = await fetch(`${pod.server}/admin/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (!response.ok) {
    throw new Error(`the demo server does not accept ${JSON.stringify(fault)}`);
  }
}

const clearFaults = pod => fetch(`${pod.server}/admin/faults`, { method: 'DELETE' });

const herd = (pod, callers) => Promise.all(Array.from({ length: callers }, () => requestToken(pod, '?min_ttl=39', 20)));

async function report(pod) {
  const token = await requestToken(pod);
  await requestToken(pod, `?rejected=${createHash('sha256').update(token).digest('hex')}`);
}

// Spreads the callers of one second evenly over it.
function callers(second, pods) {
  const rate = 12 + Math.round(5 * Math.sin(second / 17));
  return pods.flatMap((pod, number) => Array.from({ length: rate - 3 * number },
    (_, caller) => sleep(1000 * caller / rate).then(() => requestToken(pod))));
}

function events(second, pods) {
  const [pod1, pod2, pod3] = pods;
  if (second === 45) {
    return pods.map(pod => setFault(pod, { fault: 'status', status: 503, always: true }));
  }
  if (second === 105) {
    return pods.map(clearFaults);
  }
  if (second >= 130 && second < 160) {
    return [report(pod1), report(pod1)];
  }
  if (second === 172 || second === 190) {
    return [pod1, pod2].map(async pod => {
      await setFault(pod, { fault: 'slow', seconds: second === 172 ? 4 : 2 });
      await herd(pod, HERD);
    });
  }
  if (second === 196) {
    return [fetch(`${pod3.server}/admin/kill-sessions`, { method: 'POST' })];
  }
  return [];
}

export async function runScenario(pods) {
  const begin = Date.now();
  const pending = [];
  for (let second = 0; second < SECONDS; second++) {
    pending.push(...callers(second, pods), ...events(second, pods));
    await sleep(Math.max(0, begin + 1000 * (second + 1) - Date.now()));
  }
  await Promise.all(pending);
}
