// What happens to the pods, second by second: calm, an outage, an API that refuses every token, callers that have to wait, a log-in that ends.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export const SECONDS = 240;

const CROWD = 150;

async function ask(pod, query = '', wait = 5) {
  const answer = await fetch(`${pod.api}/token${query}`, { headers: { Accept: 'text/plain', Prefer: `wait=${wait}` } });
  return answer.text();
}

async function fault(pod, what) {
  const answer = await fetch(`${pod.server}/admin/faults`, { method: 'POST', body: JSON.stringify(what) });
  if (!answer.ok) {
    throw new Error(`the demo server does not take ${JSON.stringify(what)}`);
  }
}

const mend = pod => fetch(`${pod.server}/admin/faults`, { method: 'DELETE' });

const crowd = (pod, callers) => Promise.all(Array.from({ length: callers }, () => ask(pod, '?min_ttl=39', 20)));

async function report(pod) {
  const token = await ask(pod);
  await ask(pod, `?rejected=${createHash('sha256').update(token).digest('hex')}`);
}

// All callers of one second, spread over it.
function callers(second, pods) {
  const rate = 12 + Math.round(5 * Math.sin(second / 17));
  return pods.flatMap((pod, number) => Array.from({ length: rate - 3 * number },
    (_, caller) => sleep(1000 * caller / rate).then(() => ask(pod))));
}

function events(second, pods) {
  const [first, second_, third] = pods;
  if (second === 45) {
    return pods.map(pod => fault(pod, { fault: 'status', status: 503, always: true }));
  }
  if (second === 105) {
    return pods.map(mend);
  }
  if (second >= 130 && second < 160) {
    return [report(first), report(first)];
  }
  if (second === 172 || second === 190) {
    return [first, second_].map(async pod => {
      await fault(pod, { fault: 'slow', seconds: second === 172 ? 4 : 2 });
      await crowd(pod, CROWD);
    });
  }
  if (second === 196) {
    return [fetch(`${third.server}/admin/kill-sessions`, { method: 'POST' })];
  }
  return [];
}

export async function tell(pods) {
  const begin = Date.now();
  const pending = [];
  for (let second = 0; second < SECONDS; second++) {
    pending.push(...callers(second, pods), ...events(second, pods));
    await sleep(Math.max(0, begin + 1000 * (second + 1) - Date.now()));
  }
  await Promise.all(pending);
}
