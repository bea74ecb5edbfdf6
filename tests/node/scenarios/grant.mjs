// Any other grant: token exchange, JWT bearer.
import { afterwards, relyingParty } from '../lib/relying_party.mjs';
import { scenario } from '../lib/talk.mjs';

await scenario(async (input) => {
  const rp = await relyingParty(input);
  return afterwards(rp, await rp.grant(input.grant_type, input.token_params), input);
});
