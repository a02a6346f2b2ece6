// Token exchange (RFC 8693): the access token of a user for one of an API. The provider runs grants that are added to it; it
// brings no token exchange of its own.
import { errors } from 'oidc-provider';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const FIELDS = ['subject_token', 'subject_token_type', 'resource', 'scope'];

export function addTokenExchange(provider, resourceServer) {
  async function exchange(ctx) {
    const { client, params } = ctx.oidc;
    if (params.subject_token_type !== ACCESS_TOKEN) {
      throw new errors.InvalidRequest('the subject token has to be an access token');
    }
    const subject = await provider.AccessToken.find(params.subject_token);
    if (!subject) {
      throw new errors.InvalidRequest('the subject token is unknown or has expired');
    }
    const api = new provider.ResourceServer(params.resource, resourceServer(ctx, params.resource));
    const token = new provider.AccessToken({
      accountId: subject.accountId,
      client,
      gty: TOKEN_EXCHANGE,
      scope: params.scope ?? api.scope,
    });
    token.resourceServer = api;
    ctx.body = {
      access_token: await token.save(),
      issued_token_type: ACCESS_TOKEN,
      token_type: token.tokenType,
      expires_in: token.expiration,
      scope: token.scope,
    };
  }

  provider.registerGrantType(TOKEN_EXCHANGE, exchange, FIELDS);
}
