// A relying party made of openid-client.
import * as client from 'openid-client';

import { authentication, authorizationRequest, fetcher, search, signingKey } from './description.mjs';

async function configuration(input) {
  const server = new URL(input.issuer);
  const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks];
  if (input.jarm) execute.push(client.useJwtResponseMode);
  if (input.response_type === 'code id_token') execute.push(client.useCodeIdTokenResponseType);
  if (input.response_type === 'id_token') execute.push(client.useIdTokenResponseType);
  if (input.detached) execute.push(client.enableDetachedSignatureResponseChecks);
  const options = {
    execute,
    algorithm: input.discovery,
    [client.customFetch]: fetcher(input),
    initialAccessToken: input.initial_access_token,
  };
  const auth = await authentication(client, input);
  if (input.register) {
    return client.dynamicClientRegistration(server, input.register, auth, options);
  }
  return client.discovery(server, input.client_id, input.metadata, auth, options);
}

/** What the test gets to see of tokens. */
function shown(tokens) {
  return { ...tokens, claims: tokens.claims() };
}

export async function relyingParty(input) {
  const config = await configuration(input);
  const dpop = input.dpop && client.getDPoPHandle(config, await client.randomDPoPKeyPair(input.dpop));
  const options = { DPoP: dpop };
  const metadata = config.clientMetadata();

  return {
    metadata,
    server: config.serverMetadata(),

    async authorize() {
      const { params, state, nonce, verifier } = await authorizationRequest(input, metadata, dpop);
      let asked = params;
      if (input.jar) {
        const url = await client.buildAuthorizationUrlWithJAR(config, params, await signingKey(input));
        asked = url.searchParams;
      }
      const url = input.par
        ? await client.buildAuthorizationUrlWithPAR(config, asked, options)
        : client.buildAuthorizationUrl(config, asked);

      const finish = async ({ callback, form }) => {
        const answer = form === undefined ? new URL(callback) : posted(callback, form);
        if (input.response_type === 'id_token') {
          const checks = { expectedState: state, maxAge: input.max_age };
          return { claims: await client.implicitAuthentication(config, answer, nonce, checks) };
        }
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          maxAge: input.max_age,
          pkceCodeVerifier: verifier,
        };
        const extra = search(input.token_params);
        return shown(await client.authorizationCodeGrant(config, answer, checks, extra, options));
      };
      return { url, finish };
    },

    userinfo: (token, sub) => client.fetchUserInfo(config, token, sub ?? client.skipSubjectCheck, options),
    introspect: (token) => client.tokenIntrospection(config, token),
    revoke: (token) => client.tokenRevocation(config, token),
    logoutUrl: (params) => client.buildEndSessionUrl(config, params),

    async refresh(token, params) {
      return shown(await client.refreshTokenGrant(config, token, search(params), options));
    },
    async clientCredentials(params) {
      return shown(await client.clientCredentialsGrant(config, search(params), options));
    },
    async grant(type, params) {
      return shown(await client.genericGrantRequest(config, type, search(params), options));
    },
    async device(params) {
      const response = await client.initiateDeviceAuthorization(config, search(params));
      const poll = async (signal) =>
        shown(await client.pollDeviceAuthorizationGrant(config, soon(response), {}, { ...options, signal }));
      return { response, poll };
    },
    async backchannel(params) {
      const response = await client.initiateBackchannelAuthentication(config, search(params));
      const poll = async (signal) =>
        shown(await client.pollBackchannelAuthenticationGrant(config, soon(response), {}, { ...options, signal }));
      return { response, poll };
    },
    resource: (token, url, method) =>
      client.fetchProtectedResource(config, token, new URL(url), method, null, undefined, options),
  };
}

/** The first poll need not wait: the test has answered already. */
function soon(response) {
  return { ...response, interval: 0.01 };
}

/** What a browser posts to the redirect URI. */
function posted(callback, form) {
  return new Request(callback, { method: 'POST', body: new URLSearchParams(form) });
}
