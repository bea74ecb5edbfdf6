// The console and the account pages. Enhancement only: every page works without it.
const on = (type, selector, run) => document.addEventListener(type, event => {
  const target = event.target.closest?.(selector);
  if (target) run(target, event);
});
const say = text => {
  const region = document.getElementById('say');
  if (region) region.textContent = text;
};

// The one place where text becomes markup: an answer of our own server, never a user's text.
const parser = globalThis.trustedTypes?.createPolicy('app', { createHTML: html => html }) ?? { createHTML: html => html };
const parse = html => new DOMParser().parseFromString(parser.createHTML(html), 'text/html');

// Copy: <button data-copy="text" data-done="Copied">. Where the clipboard refuses, the text is selected instead.
on('click', '[data-copy]', async button => {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.textContent;
    button.textContent = button.dataset.done;
    say(button.dataset.done);
    setTimeout(() => { button.textContent = label; }, 2000);
  } catch {
    const shown = button.parentElement.querySelector('input, code, pre');
    if (shown?.select) shown.select();
    else if (shown) getSelection().selectAllChildren(shown);
  }
});

// Download a value that is shown once: <button data-download="name.txt" data-text="value">
on('click', '[data-download]', button => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([button.dataset.text], { type: 'text/plain' }));
  link.download = button.dataset.download;
  link.click();
  URL.revokeObjectURL(link.href);
});
document.querySelectorAll('[data-copy][hidden], [data-download][hidden]').forEach(button => { button.hidden = false; });

// Select all on this page, and the count of what is selected: <strong data-count="{} selected">
const count = form => {
  const label = form.querySelector('[data-count]');
  if (label) label.textContent = label.dataset.count.replace('{}', form.querySelectorAll('tbody :checked').length);
};
on('change', '[data-all]', box => {
  box.form.querySelectorAll('tbody input[type=checkbox]').forEach(other => { other.checked = box.checked; });
  count(box.form);
});
on('change', 'tbody input[type=checkbox]', box => { if (box.form) count(box.form); });

// Lists: <form method="get" data-live="#results"> asks for its own address and replaces that element.
// Anything but a plain answer with the element in it becomes an ordinary navigation.
let running;
const refresh = async form => {
  const url = new URL(form.action || location.href);
  url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ''));
  running?.abort();
  running = new AbortController();
  const box = document.querySelector(form.dataset.live);
  box.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(url, {
      headers: { 'X-Partial': form.dataset.live.slice(1) },
      credentials: 'same-origin',
      signal: running.signal,
    });
    const next = answer.ok && !answer.redirected && parse(await answer.text()).querySelector(form.dataset.live);
    if (!next) {
      location.assign(url);
      return;
    }
    box.replaceWith(next);
    history.replaceState(null, '', url);
    times(next);
  } catch (error) {
    if (error.name !== 'AbortError') location.assign(url);
  }
};
let waiting;
on('input', 'form[data-live] input', input => {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh(input.form), 250);
});
on('change', 'form[data-live] select', select => refresh(select.form));
on('submit', 'form[data-live]', (form, event) => {
  event.preventDefault();
  refresh(form);
});

// Unsaved changes: <form data-guard>
let dirty = false;
on('input', 'form[data-guard]', () => { dirty = true; });
on('submit', 'form', () => { dirty = false; });
addEventListener('beforeunload', event => { if (dirty) event.preventDefault(); });

// Dialogs. A link with data-dialog leads to a page that asks the same question; here it opens the dialog instead.
on('click', 'a[data-dialog]', (link, event) => {
  const dialog = document.getElementById(link.dataset.dialog);
  if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  dialog.showModal();
});
// Browsers without invoker commands.
const invokers = 'commandForElement' in HTMLButtonElement.prototype;
on('click', 'button[commandfor]', button => {
  if (invokers) return;
  const dialog = document.getElementById(button.getAttribute('commandfor'));
  if (button.getAttribute('command') === 'show-modal') dialog.showModal();
  else dialog.close();
});

// The "/" key goes to the search field, unless something is being typed.
addEventListener('keydown', event => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, dialog, [contenteditable]')) return;
  const search = document.querySelector('[data-search]');
  if (!search) return;
  event.preventDefault();
  search.focus();
});

// Times carry the reader's own zone as a tooltip.
const times = root => root.querySelectorAll('time[datetime]').forEach(time => {
  const when = new Date(time.dateTime);
  if (Number.isNaN(when.valueOf())) return;
  time.title = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'full', timeStyle: 'long' }).format(when);
});
times(document);
