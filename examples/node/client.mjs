// Calls an API three times with the token that the sidecar keeps. Needs nothing but Node.js 20 or newer.
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const tokenEndpoint = process.env.TOKEN_ENDPOINT ?? "http://localhost:8191/token";
const api = "http://localhost:8190/api";

function get(url, headers) {
  return fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
}

// Asked before each call, the answer kept nowhere: the sidecar has it in memory, and knows when it ends.
async function getToken(rejected) {
  const hash = rejected && createHash("sha256").update(rejected).digest("hex");
  const url = hash ? `${tokenEndpoint}?rejected=${hash}` : tokenEndpoint;
  for (let triesLeft = 2; ; triesLeft--) {
    const answer = await get(url, { Accept: "text/plain" });
    if (answer.ok) return answer.text();
    const { detail } = await answer.json();
    const pause = answer.headers.get("Retry-After");
    // an error without Retry-After is one that waiting does not mend
    if (pause === null || triesLeft === 0) throw new Error(`no token: ${detail}`);
    await sleep(pause * 1000);
  }
}

async function callApi(token) {
  const answer = await get(api, { Authorization: `Bearer ${token}` });
  console.log(`${answer.status} ${await answer.text()}`.trimEnd());
  return answer.status;
}

for (let call = 0; call < 3; call++) {
  const token = await getToken();
  let status = await callApi(token);
  if (status === 401) {
    // Once: if the API does not take the new token either, it is not a matter of expiry.
    status = await callApi(await getToken(token));
  }
  if (status !== 200) process.exit(1);
}
