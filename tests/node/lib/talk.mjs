// The line protocol with the test: one JSON object a line, both ways. README.md describes it.
import { createInterface } from 'node:readline';

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
export function failure(error) {
  const challenge = Array.isArray(error.cause) ? error.cause[0]?.parameters : undefined;
  return {
    error: error.error ?? challenge?.error,
    error_description: error.error_description ?? challenge?.error_description,
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
    say({ error: failure(error) });
  }
  process.exit(0);
}
