// The clients of the server: one for each client authentication method, named after it, and one for DPoP.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TOKEN_EXCHANGE } from './token-exchange.mjs';

const GRANTS = ['refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'];
const SECRET = { client_secret: 's3cret' };

export const DPOP_CLIENT = 'dpop';
const LOGIN_CLIENT = 'login';

function client(method, metadata, grants = [...GRANTS, 'client_credentials', TOKEN_EXCHANGE]) {
  return {
    client_id: method,
    token_endpoint_auth_method: method,
    grant_types: grants,
    response_types: [],
    redirect_uris: [],
    ...metadata,
  };
}

// RFC 8705, section 2.2.2: the certificate is registered as the key of the client.
function keyOf(file) {
  const certificate = new X509Certificate(readFileSync(file));
  const key = certificate.publicKey.export({ format: 'jwk' });
  return { keys: [{ ...key, x5c: [certificate.raw.toString('base64')] }] };
}

export function clients({ clientJwks, tls }) {
  const all = [
    client('client_secret_basic', SECRET),
    client('client_secret_post', SECRET),
    client('none', {}, GRANTS),
    // RFC 8252: any port on loopback
    {
      ...client('none', { application_type: 'native', response_types: ['code'] }, [...GRANTS, 'authorization_code']),
      client_id: LOGIN_CLIENT,
      redirect_uris: ['http://127.0.0.1/callback'],
    },
    // RFC 9449: no token without a proof
    { ...client('none', { dpop_bound_access_tokens: true }, GRANTS), client_id: DPOP_CLIENT },
  ];
  if (clientJwks) {
    all.push(client('private_key_jwt', { jwks: clientJwks }));
  }
  if (tls) {
    all.push(client('tls_client_auth', { tls_client_auth_subject_dn: tls.subject }));
    all.push(client('self_signed_tls_client_auth', { jwks: keyOf(tls.registeredCertificate) }));
  }
  return all;
}
