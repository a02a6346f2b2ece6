import { createInterface } from 'node:readline';
import { ClientCredentials } from 'simple-oauth2';

const library = new ClientCredentials({
  client: { id: 'any', secret: 'any' },
  auth: { tokenHost: 'http://localhost:8191', tokenPath: '/token' },
});
let token = await library.getToken({});

async function call(url) {
  if (token.expired()) token = await library.getToken({});
  return fetch(url, { headers: { authorization: `Bearer ${token.token.access_token}` } });
}

for await (const line of createInterface({ input: process.stdin })) {
  const response = await call('http://localhost:8190/api');
  console.log(response.status, await response.text());
}
