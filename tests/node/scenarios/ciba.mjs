// The application asks, the person approves on their own device, and the application gets tokens: CIBA, polling.
import { afterwards, relyingParty } from '../lib/relying_party.mjs';
import { ask, scenario } from '../lib/talk.mjs';

await scenario(async (input) => {
  const rp = await relyingParty(input);
  const { response, poll } = await rp.backchannel({ scope: input.scope ?? 'openid', ...input.params });
  await ask({ approve: response });
  return afterwards(rp, await poll(), input);
});
