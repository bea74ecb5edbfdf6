// A person signs in in a browser, and the application gets tokens: the code flow, and with `response_type` the
// hybrid and implicit ones; PAR, JAR, JARM, DPoP, certificates and registration by the description.
import { afterwards, relyingParty } from '../lib/relying_party.mjs';
import { ask, scenario } from '../lib/talk.mjs';

await scenario(async (input) => {
  const rp = await relyingParty(input);
  const { url, finish } = await rp.authorize();
  const tokens = await finish(await ask({ authorize: url.href }));
  return { client: rp.metadata, ...(await afterwards(rp, tokens, input)) };
});
