// Loaded by every page with a form. Every page works without it.
const on = (type, selector, run) => document.addEventListener(type, event => {
  const target = event.target.closest?.(selector);
  if (target) run(target, event);
});

// Show or hide a password: <button data-reveal="input id" data-show="Show" data-hide="Hide" hidden>
document.querySelectorAll('[data-reveal]').forEach(button => { button.hidden = false; });
const reveal = (button, show) => {
  document.getElementById(button.dataset.reveal).type = show ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(show));
  button.textContent = show ? button.dataset.hide : button.dataset.show;
};
on('click', '[data-reveal]', button => reveal(button, button.getAttribute('aria-pressed') !== 'true'));
// The field is a password again when it is sent, so that browsers offer to store it.
on('submit', 'form', form => form.querySelectorAll('[data-reveal]').forEach(button => reveal(button, false)));

// Caps Lock: the text stands in the page, hidden in data-caps of the status line.
on('keyup', 'input[type=password]', (input, event) => {
  const line = document.getElementById(`${input.id}-caps`);
  if (line) line.textContent = event.getModifierState?.('CapsLock') ? line.dataset.caps : '';
});

// A second click on the same button must not send the form twice.
on('submit', 'form[method=post]', (form, event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = 'yes';
  setTimeout(() => { delete form.dataset.sent; }, 4000);
});
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => { delete form.dataset.sent; }));

// A choice that acts at once, such as the language: the button stays for pages without script.
document.querySelectorAll('[data-auto] button').forEach(button => { button.hidden = true; });
on('change', '[data-auto] select', select => select.form.requestSubmit());

// After a refused form the reader starts at what went wrong.
document.querySelector('[data-focus]')?.focus();
