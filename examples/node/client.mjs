// Calls an API three times with the sidecar's token. Needs only Node.js 20 or newer.
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const tokenEndpoint = process.env.TOKEN_ENDPOINT ?? "http://localhost:8191/token";
const api = "http://localhost:8190/api";

function get(url, headers) {
  return fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
}

// Called before each request, without a cache: the sidecar responds from memory and knows when the token expires.
async function getToken(rejected) {
  const hash = rejected && createHash("sha256").update(rejected).digest("hex");
  const url = hash ? `${tokenEndpoint}?rejected=${hash}` : tokenEndpoint;
  for (let triesLeft = 2; ; triesLeft--) {
    const response = await get(url, { Accept: "text/plain" });
    if (response.ok) return response.text();
    const { detail } = await response.json();
    const pause = response.headers.get("Retry-After");
    // Without Retry-After, waiting does not help.
    if (pause === null || triesLeft === 0) throw new Error(`no token: ${detail}`);
    await sleep(pause * 1000);
  }
}

async function callApi(token) {
  const response = await get(api, { Authorization: `Bearer ${token}` });
  console.log(`${response.status} ${await response.text()}`.trimEnd());
  return response.status;
}

for (let call = 0; call < 3; call++) {
  const token = await getToken();
  let status = await callApi(token);
  if (status === 401) {
    // Only once: if the API rejects the new token too, expiry is not the problem.
    status = await callApi(await getToken(token));
  }
  if (status !== 200) process.exit(1);
}
