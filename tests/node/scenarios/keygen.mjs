// A key pair for a client, as JWKs; for private_key_jwt and signed requests.
import { exportJWK, generateKeyPair } from 'jose';

import { scenario } from '../lib/talk.mjs';

await scenario(async ({ alg, kid }) => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const named = async (key) => ({ ...(await exportJWK(key)), alg, kid, use: 'sig' });
  return { private: await named(privateKey), public: await named(publicKey) };
});
