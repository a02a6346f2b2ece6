// A real authorization server for the e2e suite, on loopback: node server.mjs '{"port":8190}'
//
// port        the port that it listens on
// clientJwks  public keys of the client private_key_jwt; without them that client does not exist
// tls         https, and clients that authenticate with a certificate; paths of PEM files:
//             key, certificate      of the server
//             clientAuthority       the CA of the client tls_client_auth
//             subject               the subject of that client, such as CN=sidecar
//             registeredCertificate the certificate of the client self_signed_tls_client_auth
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { readFileSync } from 'node:fs';
import Provider, { errors } from 'oidc-provider';
import { clients, DPOP_CLIENT } from './clients.mjs';
import { addTokenExchange } from './token-exchange.mjs';

const ACCESS_TOKEN_SECONDS = 10;
const RESOURCES = ['urn:orders', 'urn:invoices'];
const RESOURCE_SCOPE = 'api:read';
const USER = 'alice';

const settings = JSON.parse(process.argv[2]);
const registered = clients(settings);
const issuer = `${settings.tls ? 'https' : 'http'}://127.0.0.1:${settings.port}`;

function resourceServer(ctx, resource) {
  if (!RESOURCES.includes(resource)) {
    throw new errors.InvalidTarget();
  }
  return {
    audience: resource,
    scope: RESOURCE_SCOPE,
    accessTokenTTL: ACCESS_TOKEN_SECONDS,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  };
}

const provider = new Provider(issuer, {
  clients: registered,
  clientAuthMethods: [...new Set(registered.map((client) => client.token_endpoint_auth_method))],
  scopes: ['openid', 'offline_access', RESOURCE_SCOPE],
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  ttl: {
    AccessToken: ACCESS_TOKEN_SECONDS,
    ClientCredentials: ACCESS_TOKEN_SECONDS,
    DeviceCode: 60,
    Grant: 3600,
    IdToken: 60,
    RefreshToken: 3600,
  },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // the tokens of the client for DPoP are for the server's own userinfo endpoint
      defaultResource: (ctx, client, oneOf) => (client.clientId === DPOP_CLIENT ? undefined : (oneOf ?? RESOURCES)[0]),
      useGrantedResource: () => true,
      getResourceServerInfo: resourceServer,
    },
    mTLS: {
      enabled: true,
      tlsClientAuth: true,
      selfSignedTlsClientAuth: true,
      getCertificate: (ctx) => ctx.socket.getPeerX509Certificate?.(),
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      certificateSubjectMatches: (ctx, property, expected) => subject(ctx) === expected,
    },
  },
});

addTokenExchange(provider, resourceServer);

// OpenSSL prints one part per line, the first one first; RFC 4514 has the reverse order.
function subject(ctx) {
  return ctx.socket.getPeerX509Certificate().subject.split('\n').reverse().join(',');
}

async function consent(clientId) {
  const grant = new provider.Grant({ accountId: USER, clientId });
  grant.addOIDCScope('openid offline_access');
  RESOURCES.forEach((resource) => grant.addResourceScope(resource, RESOURCE_SCOPE));
  return grant.save();
}

async function openSession(clientId) {
  const session = new provider.RefreshToken({
    accountId: USER,
    client: await provider.Client.find(clientId),
    grantId: await consent(clientId),
    gty: 'test',
    iiat: Math.floor(Date.now() / 1000),
    resource: RESOURCES,
    rotations: 0,
    scope: `openid offline_access ${RESOURCE_SCOPE}`,
  });
  return { refresh_token: await session.save() };
}

async function answerDevice(userCode, approved) {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace('-', ''));
  Object.assign(code, approved
    ? {
      accountId: USER,
      grantId: await consent(code.clientId),
      scope: code.params.scope,
      resource: code.clientId === DPOP_CLIENT ? undefined : RESOURCES,
    }
    : { error: 'access_denied' });
  await code.save();
  return {};
}

async function logIn(accountId, clientId) {
  const client = await provider.Client.find(clientId);
  return { access_token: await new provider.AccessToken({ accountId, client, gty: 'test', scope: 'openid' }).save() };
}

// For tests: does what a user does in a browser.
provider.use(async (ctx, next) => {
  const { client_id: clientId, user_code: userCode, user, approved } = ctx.query;
  if (ctx.path === '/test/session') {
    ctx.body = await openSession(clientId);
  } else if (ctx.path === '/test/login') {
    ctx.body = await logIn(user, clientId);
  } else if (ctx.path === '/test/device') {
    ctx.body = await answerDevice(userCode, approved === 'true');
  } else {
    await next();
  }
});

for (const event of ['grant.error', 'server_error']) {
  provider.on(event, (ctx, error) => console.error(event, error.error_detail ?? error.error ?? error.stack));
}

function server(handler) {
  if (!settings.tls) {
    return http.createServer(handler);
  }
  const [key, cert, ca] = [settings.tls.key, settings.tls.certificate, settings.tls.clientAuthority].map(
    (file) => readFileSync(file),
  );
  return https.createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: false }, handler);
}

server(provider.callback()).listen(settings.port, '127.0.0.1', () => console.log(`ready: ${issuer}`));
