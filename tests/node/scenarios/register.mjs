// The application registers itself: RFC 7591.
import { relyingParty } from '../lib/relying_party.mjs';
import { scenario } from '../lib/talk.mjs';

await scenario(async (input) => ({ client: (await relyingParty(input)).metadata }));
