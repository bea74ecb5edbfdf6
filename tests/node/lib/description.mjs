// What both libraries need of a test's description. README.md lists its members.
import { request as httpsRequest } from 'node:https';

import { importJWK } from 'jose';
import * as oauth from 'oauth4webapi';

/** Parameters; a list repeats one, null leaves one out. */
export function search(...objects) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(Object.assign({}, ...objects))) {
    for (const each of [value].flat()) {
      if (each !== null && each !== undefined) params.append(name, each);
    }
  }
  return params;
}

/** The client's private key, for private_key_jwt and signed requests. */
export async function signingKey({ key }) {
  return key && { key: await importJWK(key, key.alg), kid: key.kid };
}

/** How the client proves who it is. Both libraries name the methods alike. */
export async function authentication(library, input, secret = input.client_secret) {
  const method = input.auth ?? (secret ? 'client_secret_basic' : 'none');
  switch (method) {
    case 'client_secret_basic':
      return library.ClientSecretBasic(secret);
    case 'client_secret_post':
      return library.ClientSecretPost(secret);
    case 'client_secret_jwt':
      return library.ClientSecretJwt(secret);
    case 'private_key_jwt':
      return library.PrivateKeyJwt(await signingKey(input));
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return library.TlsClientAuth();
    case 'none':
      return library.None();
    default:
      throw new Error(`no such client authentication: ${method}`);
  }
}

/** `fetch` with the client's certificate, where the description has one. */
export function fetcher({ tls }) {
  if (!tls) return fetch;
  return (url, init) => {
    // the issuer may be on http beside a listener with certificates
    if (new URL(url).protocol === 'http:') return fetch(url, init);
    const { method, headers, body } = init;
    return new Promise((resolve, reject) => {
      const options = { method, headers: Object.fromEntries(new Headers(headers)), ...tls };
      const request = httpsRequest(url, options, async (response) => {
        const chunks = await response.toArray();
        const headers = Object.entries(response.headersDistinct).flatMap(([name, values]) =>
          values.map((value) => [name, value]),
        );
        resolve(new Response(Buffer.concat(chunks), { status: response.statusCode, headers }));
      });
      request.on('error', reject);
      request.end(body?.toString());
    });
  };
}

/** An authorization request, and what its answer must match. */
export async function authorizationRequest(input, { client_id }, dpop) {
  const state = oauth.generateRandomState();
  const withIdToken = (input.scope ?? 'openid').split(' ').includes('openid');
  const nonce = withIdToken ? oauth.generateRandomNonce() : undefined;
  const verifier = input.pkce === false ? undefined : oauth.generateRandomCodeVerifier();
  const challenge = verifier && (await oauth.calculatePKCECodeChallenge(verifier));
  const params = search(
    {
      client_id,
      redirect_uri: input.redirect_uri,
      response_type: input.response_type ?? 'code',
      scope: input.scope ?? 'openid',
      state,
      nonce,
      code_challenge: challenge,
      code_challenge_method: challenge && 'S256',
      response_mode: input.jarm ? 'jwt' : undefined,
      max_age: input.max_age,
      dpop_jkt: input.dpop_jkt ? await dpop.calculateThumbprint() : undefined,
    },
    input.params,
  );
  return { params, state, nonce, verifier };
}
