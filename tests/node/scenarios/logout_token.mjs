// Waits for one back-channel logout and verifies its token. Neither library does this part, so that `jose`, which
// both build on, verifies the signature, and the rest is OpenID Connect Back-Channel Logout 1.0 §2.6 by hand.
import { createServer } from 'node:http';
import { once } from 'node:events';

import { createRemoteJWKSet, jwtVerify } from 'jose';

import { ask, scenario } from '../lib/talk.mjs';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

async function verified(token, { issuer, client_id }) {
  const found = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { jwks_uri } = await found.json();
  const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
    issuer,
    audience: client_id,
    typ: 'logout+jwt',
    requiredClaims: ['iat', 'exp', 'jti', 'events'],
  });
  if (!payload.sub && !payload.sid) throw new Error('a logout token names a person or a session');
  if (!payload.events[EVENT]) throw new Error('a logout token is about a logout');
  if ('nonce' in payload) throw new Error('a logout token has no nonce');
  return { header: protectedHeader, claims: payload };
}

async function body(request) {
  return Buffer.concat(await request.toArray()).toString();
}

await scenario(async (input) => {
  if (input.logout_token) return verified(input.logout_token, input);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const uri = `http://127.0.0.1:${server.address().port}/backchannel`;
  const { client_id } = await ask({ listening: uri });
  const [request, response] = await once(server, 'request');
  const form = new URLSearchParams(await body(request));
  try {
    const result = await verified(form.get('logout_token'), { ...input, client_id });
    response.writeHead(200).end();
    await once(response, 'close');
    return result;
  } catch (error) {
    response.writeHead(400).end();
    throw error;
  }
});
