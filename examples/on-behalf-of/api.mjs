// An API that checks the token of its caller, and calls another API on behalf of that user. Needs only Node.js 20 or newer.
import { createServer } from "node:http";

const sidecar = process.env.SIDECAR ?? "http://localhost:8191";
const orders = process.env.ORDERS ?? "http://localhost:8190/api";
const port = Number(process.env.PORT ?? 8193);

// The request ends here, with this response.
class Failure extends Error {
  constructor(status, reason, headers = {}) {
    super(reason);
    Object.assign(this, { status, headers });
  }
}

function invalidToken(reason) {
  return new Failure(401, reason, { "WWW-Authenticate": 'Bearer error="invalid_token"' });
}

function unexpected(who, response) {
  // The sidecar sends Retry-After with each error that passes by itself.
  const pause = response.headers.get("Retry-After");
  return pause === null
    ? new Failure(502, `${who} answered ${response.status}`)
    : new Failure(503, `${who} answered ${response.status}`, { "Retry-After": pause });
}

async function send(url, { form, token }) {
  try {
    const response = await fetch(url, {
      method: form ? "POST" : "GET",
      body: form && new URLSearchParams(form),
      headers: token ? { Authorization: `Bearer ${token}` } : {},
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  } catch (error) {
    throw new Failure(503, `${url}: ${error.cause?.code ?? error.message}`);
  }
}

// Returns the claims of the token. What this user may do here is for the application to decide, by these claims.
async function check(userToken) {
  const response = await send(`${sidecar}/introspect`, { form: { token: userToken } });
  if (response.status !== 200) throw unexpected("the introspection", response);
  const claims = JSON.parse(response.body);
  if (claims.active !== true) throw invalidToken("the token of the user is not active");
  return claims;
}

// Called for each request, without a cache: the sidecar has one.
async function exchange(userToken) {
  const response = await send(`${sidecar}/tokens/orders`, {
    form: {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: userToken,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    },
  });
  if (response.status === 200) return JSON.parse(response.body).access_token;
  if (response.status === 400) {
    const { error } = JSON.parse(response.body);
    // RFC 8693 section 2.2.2 says invalid_request, many servers say invalid_grant.
    if (error === "invalid_request" || error === "invalid_grant") {
      throw invalidToken("the authorization server rejects the token of the user");
    }
    throw new Failure(403, `no token for this user: ${error}`);
  }
  throw unexpected("the exchange", response);
}

async function callOrders(userToken) {
  const token = await exchange(userToken);
  let response = await send(orders, { token });
  if (response.status === 401) {
    console.error("the API answered 401: report the token, and try once more");
    const form = { www_authenticate: response.headers.get("WWW-Authenticate") ?? "" };
    await send(`${sidecar}/tokens/orders/rejected`, { form, token });
    // Only once: if the API rejects the new token too, the token is not the problem.
    response = await send(orders, { token: await exchange(userToken) });
  }
  if (response.status === 403) throw new Failure(403, "the API answered 403");
  if (response.status !== 200) throw unexpected("the API", response);
  return JSON.parse(response.body);
}

async function answer(authorization) {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? "");
  if (!bearer) throw new Failure(401, "no bearer token", { "WWW-Authenticate": "Bearer" });
  const claims = await check(bearer[1]);
  return { user: claims.sub, orders: await callOrders(bearer[1]) };
}

createServer({ requestTimeout: 10_000 }, async (request, response) => {
  response.setHeader("Content-Type", "application/json");
  try {
    const result = await answer(request.headers.authorization);
    response.end(JSON.stringify(result) + "\n");
  } catch (error) {
    const { status, headers } = error instanceof Failure ? error : new Failure(500);
    console.error(`${status}: ${error.message}`);
    response.writeHead(status, headers).end();
  }
}).listen(port, "127.0.0.1", () => console.log(`http://localhost:${port} is ready`));
