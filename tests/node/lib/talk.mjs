// The line protocol with the test: one JSON object a line, both ways. README.md describes it.
import { webcrypto } from 'node:crypto';
import { createInterface } from 'node:readline';

// Node 18 has it, but not under the name that the libraries use
globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();
// the test is gone: so are we
input.on('close', () => process.exit(1));

export function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

async function hear() {
  const { value } = await lines.next();
  return JSON.parse(value);
}

/** Asks the test for something and waits for its answer. */
export function ask(question) {
  say(question);
  return hear();
}

/** What went wrong: the server's own words where there are any, else the library's. */
export async function failure(error) {
  let words = error;
  if (error.code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE') {
    // the libraries go by the header and leave the body to us
    words = error.cause.find(({ parameters }) => parameters.error)?.parameters ?? (await error.response.json());
  }
  return {
    error: words.error,
    error_description: words.error_description,
    status: error.status,
    code: error.code,
    message: [error.message, error.cause?.message].filter(Boolean).join(': '),
  };
}

/** Plays a scenario with the description that the test sends first, and reports how it ended. */
export async function scenario(play) {
  try {
    say({ done: await play(await hear()) });
  } catch (error) {
    say({ error: await failure(error) });
  }
  process.exit(0);
}
