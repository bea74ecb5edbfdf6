// A device shows a code, the person approves it elsewhere, and the device gets tokens: RFC 8628.
import { afterwards, relyingParty } from '../lib/relying_party.mjs';
import { ask, scenario } from '../lib/talk.mjs';

await scenario(async (input) => {
  const rp = await relyingParty(input);
  const { response, poll } = await rp.device({ scope: input.scope ?? 'openid', ...input.params });
  await ask({ approve: response });
  return afterwards(rp, await poll(), input);
});
