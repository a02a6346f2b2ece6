import { createInterface } from 'node:readline';
import * as library from 'openid-client';

const sidecar = await library.discovery(new URL('http://localhost:8191'), 'any', 'any', undefined, {
  execute: [library.allowInsecureRequests],
});
let token = await library.clientCredentialsGrant(sidecar);

async function call(url) {
  if (token.expiresIn() <= 0) token = await library.clientCredentialsGrant(sidecar);
  return library.fetchProtectedResource(sidecar, token.access_token, new URL(url), 'GET');
}

for await (const line of createInterface({ input: process.stdin })) {
  const response = await call('http://localhost:8190/api');
  console.log(response.status, await response.text());
}
