// OIDC Session Management 3.2: answers "client_id session_state" with unchanged, changed or error.
// src/domain/browser_state.rs computes the same.
const cookie = () =>
  document.cookie
    .split('; ')
    .find((pair) => pair.startsWith('gatepost_browser_state='))
    ?.slice('gatepost_browser_state='.length) ?? '';

const hash = async (text) => {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};

const answer = async (message, origin) => {
  const [, client, known, salt] = /^(\S+) ([\w-]+)\.([\w-]+)$/.exec(message) ?? [];
  if (!client) return 'error';
  const now = await hash(`${client} ${origin} ${cookie()} ${salt}`);
  return now === known ? 'unchanged' : 'changed';
};

addEventListener('message', async ({ data, origin, source }) => {
  // a page without an origin cannot be answered safely
  if (!source || origin === 'null') return;
  source.postMessage(await answer(String(data), origin).catch(() => 'error'), origin);
});
