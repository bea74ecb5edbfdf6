// The relying party that a description asks for: the same calls, whichever library makes them.
import * as oauth4webapi from './oauth4webapi.mjs';
import * as openidClient from './openid_client.mjs';
import { ask, failure } from './talk.mjs';

const LIBRARIES = { 'openid-client': openidClient, oauth4webapi };

export function relyingParty(input) {
  const library = LIBRARIES[input.library];
  if (!library) throw new Error(`no such library: ${input.library}`);
  return library.relyingParty(input);
}

const STEPS = {
  userinfo: (rp, now, first) => rp.userinfo(now.access_token, first.claims?.sub),
  introspect: (rp, now) => rp.introspect(now.access_token),
  introspect_refresh: (rp, now) => rp.introspect(now.refresh_token),
  refresh: async (rp, now) => Object.assign(now, await rp.refresh(now.refresh_token)),
  refresh_first: (rp, now, first) => rp.refresh(first.refresh_token),
  revoke: (rp, now) => rp.revoke(now.refresh_token ?? now.access_token),
  revoke_access: (rp, now) => rp.revoke(now.access_token),
  resource: async (rp, now, first, input) => ({
    status: (await rp.resource(now.access_token, input.resource_url, 'GET')).status,
  }),
  logout: (rp, now, first, { logout_params }) => ({
    url: rp.logoutUrl({ id_token_hint: now.id_token, ...logout_params }).href,
  }),
};

/** Does the steps of `input.then` with the tokens, one by one; a refused step is part of the result. */
export async function afterwards(rp, tokens, input) {
  const first = tokens;
  const now = { ...tokens };
  const results = [];
  for (const step of input.then ?? []) {
    if (step.startsWith('wait:')) {
      await ask({ wait: step.slice('wait:'.length) });
      continue;
    }
    if (!STEPS[step]) throw new Error(`no such step: ${step}`);
    try {
      results.push({ step, ok: { ...(await STEPS[step](rp, now, first, input)) } });
    } catch (error) {
      results.push({ step, refused: await failure(error) });
    }
  }
  return { tokens: first, claims: first.claims, steps: results };
}
