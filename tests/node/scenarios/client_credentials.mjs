// The application asks for tokens in its own name.
import { afterwards, relyingParty } from '../lib/relying_party.mjs';
import { scenario } from '../lib/talk.mjs';

await scenario(async (input) => {
  const rp = await relyingParty(input);
  const tokens = await rp.clientCredentials({ scope: input.scope, ...input.token_params });
  return afterwards(rp, tokens, input);
});
