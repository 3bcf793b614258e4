// The admin's own page: the REST client that WordPress gives to scripts, the menu, dialogs, forms
// that stay, and parts that refresh themselves.
'use strict';

const settings = JSON.parse(document.getElementById('wp-settings')?.textContent || '{}');

// ---------------------------------------------------------------- wp.apiFetch
/** Like WordPress' own: the answer's JSON; rejects with `{code, message}`. */
async function apiFetch({ path, method = 'GET', data }) {
  const address = settings.root + path.replace(/^\//, '');
  const headers = { 'X-WP-Nonce': settings.nonce, Accept: 'application/json, */*;q=0.1' };
  if (data) headers['Content-Type'] = 'application/json';
  const body = data ? JSON.stringify(data) : undefined;
  const response = await fetch(address, { method, headers, body, credentials: 'same-origin' }).catch(() => {
    throw { code: 'fetch_error', message: 'Could not get a valid response from the server.' };
  });
  const answer = await response.json().catch(() => {
    throw { code: 'invalid_json', message: 'The response is not a valid JSON response.' };
  });
  if (!response.ok) throw answer;
  return answer;
}
window.wp = { apiFetch };

// ---------------------------------------------------------------- what was done
const toasts = document.getElementById('toasts');
function showToast(message) {
  const line = document.createElement('p');
  line.className = message.startsWith('Not done') ? 'toast toast-bad' : 'toast';
  line.textContent = message;
  toasts?.append(line);
  setTimeout(() => line.remove(), 5000);
}
if (new URLSearchParams(location.search).has('said')) {
  const address = new URL(location.href);
  address.searchParams.delete('said');
  history.replaceState(null, '', address);
}

// ---------------------------------------------------------------- menu, dialogs
document.addEventListener('click', (event) => {
  const toggle = event.target.closest?.('[data-menu]');
  if (toggle) {
    const open = document.getElementById('menu').classList.toggle('open');
    toggle.setAttribute('aria-expanded', String(open));
  }
  const opener = event.target.closest?.('[data-opens]');
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest?.('[data-closes]')) event.target.closest('dialog')?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

/** Put the page that a form led to in place of this one's live parts, so that frames stay. */
async function submitHere(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  const response = await fetch(form.getAttribute('action'), { method: 'POST', body });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const led = new URL(response.url);
  const sentence = led.searchParams.get('said');
  led.searchParams.delete('said');
  if (led.pathname !== location.pathname || led.search !== location.search) {
    location.assign(response.url);
    return;
  }
  for (const live of document.querySelectorAll('[data-live]')) {
    const fresh = page.querySelector(`[data-live="${live.dataset.live}"]`);
    if (fresh) live.replaceWith(document.adoptNode(fresh));
  }
  if (sentence) showToast(sentence);
}
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('[data-live] form[method="post"]')) return;
  event.preventDefault();
  form.closest('dialog')?.close();
  void submitHere(form, event.submitter);
});
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-submits]')) event.target.form.requestSubmit();
});

// A part that refreshes itself (the log of webhooks), unless somebody is busy in it.
const refreshing = document.querySelector('[data-refresh]');
if (refreshing) {
  setInterval(async () => {
    if (document.hidden || refreshing.contains(document.activeElement)) return;
    const response = await fetch(refreshing.dataset.refresh).catch(() => null);
    if (!response?.ok) return;
    const text = await response.text();
    if (text !== refreshing.dataset.seen) {
      refreshing.dataset.seen = text;
      refreshing.replaceChildren(...new DOMParser().parseFromString(text, 'text/html').body.childNodes);
    }
  }, 2000);
}
