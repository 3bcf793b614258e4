// The admin's own page: dialogs, forms that stay, toasts, and answers to what it frames.
'use strict';

const settings = JSON.parse(document.getElementById('settings')?.textContent || '{}');

// ---------------------------------------------------------------- toasts
const toasts = document.getElementById('toasts');
function showToast({ id, message, isError = false, duration = 5000 }) {
  const line = document.createElement('p');
  line.className = isError ? 'toast toast-error' : 'toast';
  line.dataset.id = id || '';
  line.textContent = message;
  toasts?.append(line);
  setTimeout(() => line.remove(), duration);
}
const said = new URLSearchParams(location.search).get('said');
if (said) {
  const address = new URL(location.href);
  address.searchParams.delete('said');
  history.replaceState(null, '', address);
}

// ---------------------------------------------------------------- addresses
const base = settings.admin;

/** The admin's own address of `app:…`, `shopify:admin/…`, `extension:…` or a path of the app. */
function resolve(url) {
  const admin = /^shopify:(?:\/\/)?admin\/?(.*)$/.exec(url);
  if (admin) return `${base}/${admin[1]}`;
  const app = /^app:\/?\/?(.*)$/.exec(url);
  if (app) return `${settings.appHome}${app[1].startsWith('?') || !app[1] ? '' : '/'}${app[1]}`;
  if (url.startsWith('/')) return settings.appHome + url;
  return url;
}

function go(url, target) {
  const address = new URL(resolve(url), location.href);
  if (!['http:', 'https:', 'mailto:', 'tel:'].includes(address.protocol)) return;
  if (address.origin !== location.origin || target === '_blank') window.open(address, '_blank', 'noopener');
  else location.assign(address);
}

async function freshToken() {
  const response = await fetch(`${base}/session-token`, { method: 'POST' });
  if (response.redirected || !response.ok) throw new Error('Nobody is signed in');
  return (await response.json()).token;
}

// ---------------------------------------------------------------- the app's iframe
const app = document.querySelector('iframe[data-app]');
const OWN = ['embedded', 'hmac', 'host', 'id_token', 'locale', 'session', 'shop', 'timestamp', 'shopify-reload'];

const bridge = {
  idToken: freshToken,
  user: async () => settings.user,
  toast: async (args) => showToast(args),
  toastHide: async ({ id }) => toasts?.querySelector(`[data-id="${CSS.escape(id)}"]`)?.remove(),
  loading: async ({ on }) => document.body.classList.toggle('loading', on),
  navigate: async ({ url, target }) => go(url, target === '_top' ? '_self' : target),
  location: async ({ path, search }) => {
    const query = new URLSearchParams(search);
    for (const name of OWN) query.delete(name);
    const place = path === settings.appPath ? '' : path;
    const text = query.toString();
    history.replaceState(null, '', settings.appHome + place + (text ? `?${text}` : ''));
  },
};

async function answerApp(event) {
  const { id, name, args, apiKey } = event.data;
  // A frame that has moved on has no window to answer to.
  const reply = (body) => event.source?.postMessage({ appBridge: 1, id, ...body }, event.origin);
  if (apiKey !== settings.apiKey) return reply({ error: 'The api key is not this app’s' });
  if (!Object.hasOwn(bridge, name)) return reply({ error: `${name} is not in the stand-in` });
  try {
    return reply({ result: await bridge[name](args) });
  } catch (error) {
    return reply({ error: String(error.message || error) });
  }
}

// ---------------------------------------------------------------- extension frames
const frames = new Map();
for (const frame of document.querySelectorAll('iframe[data-extension-target]')) {
  frames.set(frame.contentWindow, frame);
}

function startExtension(frame) {
  const { extensionTarget: target, extensionGid: gid } = frame.dataset;
  const data = { selected: [{ id: gid }] };
  const { locale, texts, app: appOrigin, handle } = settings.extension;
  const begin = { extensionHost: 1, name: 'start', target, data, locale, texts, appOrigin, handle, base: settings.admin, appHome: settings.appHome };
  frame.contentWindow?.postMessage(begin, '*');
}

const host = {
  hello: async (frame) => startExtension(frame),
  idToken: freshToken,
  navigate: async (frame, { url, target }) => {
    if (url.startsWith('extension:')) document.getElementById('extension-action')?.showModal();
    else go(url, target);
  },
  resize: async (frame, { height }) => {
    frame.style.blockSize = `${Math.min(4000, Math.max(48, Math.ceil(height)))}px`;
  },
  heading: async (frame, { text }) => {
    const title = frame.closest('[data-extension-card]')?.querySelector('[data-extension-title]');
    if (title) title.textContent = text;
  },
  close: async (frame) => frame.closest('dialog')?.close(),
};

async function answerExtension(frame, event) {
  const { id, name, args } = event.data;
  if (!Object.hasOwn(host, name)) return;
  const reply = (body) => event.source?.postMessage({ extensionHost: 1, id, ...body }, '*');
  try {
    const result = name === 'idToken' ? await freshToken() : await host[name](frame, args || {});
    if (id) reply({ result });
  } catch (error) {
    if (id) reply({ error: String(error.message || error) });
  }
}

window.addEventListener('message', (event) => {
  if (app && event.source === app.contentWindow && event.origin === settings.appOrigin && event.data?.appBridge === 1) {
    void answerApp(event);
  }
  // A sandboxed frame has no origin; that it is ours is told by its window.
  const frame = frames.get(event.source);
  if (frame && event.origin === 'null' && event.data?.extensionHost === 1) void answerExtension(frame, event);
});
// With the styles in place, so that no frame is born small and grows under its document.
function fillFrames() {
  if (app) app.src = app.dataset.app;
  for (const frame of frames.values()) {
    if (!frame.closest('dialog')) frame.src = frame.dataset.src;
  }
}
if (document.readyState === 'complete') fillFrames();
else window.addEventListener('load', fillFrames, { once: true });

// ---------------------------------------------------------------- dialogs, forms that stay
document.addEventListener('click', (event) => {
  const opener = event.target.closest?.('[data-opens]');
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    dialog?.showModal();
    const frame = dialog?.querySelector('iframe[data-extension-target]');
    if (frame) frame.src = frame.dataset.src;
  }
  if (event.target.closest?.('[data-closes]')) event.target.closest('dialog')?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

/** Put the page that a form led to in place of this one's live part, so that frames stay. */
async function submitHere(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  const response = await fetch(form.action, { method: 'POST', body });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const sentence = new URL(response.url).searchParams.get('said');
  if (new URL(response.url).pathname !== location.pathname) {
    location.assign(response.url);
    return;
  }
  for (const live of document.querySelectorAll('[data-live]')) {
    const fresh = page.querySelector(`[data-live="${live.dataset.live}"]`);
    if (fresh) live.replaceWith(document.adoptNode(fresh));
  }
  if (sentence) showToast({ message: sentence, isError: sentence.startsWith('Not done') });
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

// A part that refreshes itself (the log of deliveries), unless somebody is busy in it.
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
