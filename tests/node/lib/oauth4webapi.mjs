// A relying party made of oauth4webapi.
import * as oauth from 'oauth4webapi';

import { authentication, authorizationRequest, fetcher, search, signingKey } from './description.mjs';

/** The client as it was registered before, or as it registers itself now. */
async function registration(as, input, options) {
  if (!input.register) return { client_id: input.client_id, ...input.metadata };
  const response = await oauth.dynamicClientRegistrationRequest(as, input.register, {
    ...options,
    initialAccessToken: input.initial_access_token,
  });
  return oauth.processDynamicClientRegistrationResponse(response);
}

export async function relyingParty(input) {
  const plain = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: fetcher(input) };
  const issuer = new URL(input.issuer);
  const found = await oauth.discoveryRequest(issuer, { ...plain, algorithm: input.discovery });
  const as = await oauth.processDiscoveryResponse(issuer, found);
  const client = await registration(as, input, plain);
  const auth = await authentication(oauth, input, client.client_secret ?? input.client_secret);
  const dpop = input.dpop && oauth.DPoP(client, await oauth.generateKeyPair(input.dpop));
  const options = { ...plain, DPoP: dpop };

  /** Sends a request and reads the answer; once more when the server wants its nonce in the proof. */
  async function sent(send, read) {
    const once = async () => {
      const response = await send();
      return { response, body: await read(response) };
    };
    return once().catch((error) => {
      if (dpop && oauth.isDPoPNonceError(error)) return once();
      throw error;
    });
  }

  /** A token answer, with the signature of its ID token verified. */
  async function tokens(send, read) {
    const { response, body } = await sent(send, read);
    if (body.id_token) await oauth.validateApplicationLevelSignature(as, response, plain);
    return { ...body, claims: oauth.getValidatedIdTokenClaims(body) };
  }

  async function authorizationUrl(params) {
    let asked = params;
    if (input.jar) {
      const request = await oauth.issueRequestObject(as, client, params, await signingKey(input));
      asked = search({ client_id: client.client_id, request });
    }
    if (input.par) {
      const { body } = await sent(
        () => oauth.pushedAuthorizationRequest(as, client, auth, asked, options),
        (response) => oauth.processPushedAuthorizationResponse(as, client, response),
      );
      asked = search({ client_id: client.client_id, request_uri: body.request_uri });
    }
    const url = new URL(as.authorization_endpoint);
    for (const [name, value] of asked) url.searchParams.append(name, value);
    return url;
  }

  function checked(answer, { state, nonce }) {
    if (input.jarm) return oauth.validateJwtAuthResponse(as, client, answer, state, plain);
    if (input.response_type === 'code id_token') {
      const validate = input.detached ? oauth.validateDetachedSignatureResponse : oauth.validateCodeIdTokenResponse;
      return validate(as, client, answer, nonce, state, input.max_age, plain);
    }
    return oauth.validateAuthResponse(as, client, answer, state);
  }

  return {
    metadata: client,
    server: as,

    async authorize() {
      const asked = await authorizationRequest(input, client, dpop);
      const finish = async (arrived) => {
        const answer = await checked(parameters(arrived), asked);
        return tokens(
          () =>
            oauth.authorizationCodeGrantRequest(
              as,
              client,
              auth,
              answer,
              input.redirect_uri,
              asked.verifier ?? oauth.nopkce,
              { ...options, additionalParameters: search(input.token_params) },
            ),
          (response) =>
            oauth.processAuthorizationCodeResponse(as, client, response, {
              expectedNonce: asked.nonce,
              maxAge: input.max_age,
              requireIdToken: asked.nonce !== undefined,
            }),
        );
      };
      return { url: await authorizationUrl(asked.params), finish };
    },

    async userinfo(token, sub) {
      const { response, body } = await sent(
        () => oauth.userInfoRequest(as, client, token, options),
        (response) => oauth.processUserInfoResponse(as, client, sub ?? oauth.skipSubjectCheck, response),
      );
      if (isJwt(response)) await oauth.validateApplicationLevelSignature(as, response, plain);
      return body;
    },
    async introspect(token) {
      const asJwt = client.introspection_signed_response_alg !== undefined;
      const response = await oauth.introspectionRequest(as, client, auth, token, {
        ...plain,
        requestJwtResponse: asJwt,
      });
      const body = await oauth.processIntrospectionResponse(as, client, response);
      if (isJwt(response)) await oauth.validateApplicationLevelSignature(as, response, plain);
      return body;
    },
    async revoke(token) {
      return oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, plain));
    },
    logoutUrl(params) {
      const url = new URL(as.end_session_endpoint);
      url.search = search({ client_id: client.client_id }, params);
      return url;
    },

    refresh: (token, params) =>
      tokens(
        () =>
          oauth.refreshTokenGrantRequest(as, client, auth, token, {
            ...options,
            additionalParameters: search(params),
          }),
        (response) => oauth.processRefreshTokenResponse(as, client, response),
      ),
    clientCredentials: (params) =>
      tokens(
        () => oauth.clientCredentialsGrantRequest(as, client, auth, search(params), options),
        (response) => oauth.processClientCredentialsResponse(as, client, response),
      ),
    grant: (type, params) =>
      tokens(
        () => oauth.genericTokenEndpointRequest(as, client, auth, type, search(params), options),
        // RFC 8693 §2.2.1: what is issued need not be an access token
        (response) =>
          oauth.processGenericTokenEndpointResponse(as, client, response, {
            recognizedTokenTypes: { n_a: () => {} },
          }),
      ),
    async device(params) {
      const sent = await oauth.deviceAuthorizationRequest(as, client, auth, search(params), plain);
      const response = await oauth.processDeviceAuthorizationResponse(as, client, sent);
      const poll = () =>
        tokens(
          () => oauth.deviceCodeGrantRequest(as, client, auth, response.device_code, options),
          (answer) => oauth.processDeviceCodeResponse(as, client, answer),
        );
      return { response, poll };
    },
    async backchannel(params) {
      const sent = await oauth.backchannelAuthenticationRequest(as, client, auth, search(params), plain);
      const response = await oauth.processBackchannelAuthenticationResponse(as, client, sent);
      const poll = () =>
        tokens(
          () => oauth.backchannelAuthenticationGrantRequest(as, client, auth, response.auth_req_id, options),
          (answer) => oauth.processBackchannelAuthenticationGrantResponse(as, client, answer),
        );
      return { response, poll };
    },
    async resource(token, url, method) {
      const { response } = await sent(
        () => oauth.protectedResourceRequest(token, method, new URL(url), undefined, null, options),
        (answer) => answer,
      );
      return response;
    },
  };
}

/** The answer's parameters: posted, or in the fragment, or in the query. */
function parameters({ callback, form }) {
  if (form !== undefined) return new URLSearchParams(form);
  const url = new URL(callback);
  return url.hash ? new URLSearchParams(url.hash.slice(1)) : url.searchParams;
}

function isJwt(response) {
  return /^application\/(?:[\w-]+\+)?jwt\b/.test(response.headers.get('content-type') ?? '');
}
