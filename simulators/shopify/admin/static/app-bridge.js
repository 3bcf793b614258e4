// Stand-in for the script on Shopify's CDN: what an embedded app's document gets as `window.shopify`.
// It talks by postMessage with the admin page that frames the document, as the real one does.
(() => {
  'use strict';
  const script = document.currentScript;
  const admin = new URL(script.src).origin;
  const apiKey = document.querySelector('meta[name="shopify-api-key"]')?.content || script.dataset.apiKey;
  const parameters = new URLSearchParams(location.search);
  const remembered = recall();
  const config = {
    apiKey,
    host: parameters.get('host') || remembered.host || '',
    shop: parameters.get('shop') || remembered.shop || '',
    locale: parameters.get('locale') || remembered.locale || 'en',
  };
  const embedded = window.parent !== window;
  const waiting = new Map();
  let count = 0;

  if (!apiKey) {
    console.error('App Bridge: <meta name="shopify-api-key"> is missing');
    return;
  }
  if (!embedded) {
    // Opened on its own: the real script leads into the admin when it knows which.
    const place = decode(config.host).replace(/^[^/]*/, '');
    if (place) location.replace(`${admin}${place}/apps/${apiKey}`);
    return;
  }
  remember();

  function decode(host) {
    return atob(host.replaceAll('-', '+').replaceAll('_', '/'));
  }

  function recall() {
    try {
      return JSON.parse(sessionStorage.getItem('app-bridge-config') || '{}');
    } catch {
      return {};
    }
  }

  function remember() {
    try {
      sessionStorage.setItem('app-bridge-config', JSON.stringify(config));
    } catch {
      // Storage may be partitioned away; the parameters of each document still carry the shop.
    }
  }

  function call(name, args = {}) {
    const id = ++count;
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    window.parent.postMessage({ appBridge: 1, id, name, args, apiKey }, admin);
    return answer;
  }

  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || event.origin !== admin || event.data?.appBridge !== 1) return;
    const { id, result, error } = event.data;
    const held = waiting.get(id);
    waiting.delete(id);
    if (error) held?.reject(new Error(error));
    else held?.resolve(result);
  });

  const idToken = () => call('idToken');

  // fetch: the app's own origin gets a session token; a refused one is tried once more.
  const plainFetch = window.fetch.bind(window);
  async function authorizedFetch(input, init) {
    const request = new Request(input, init);
    const own = new URL(request.url).origin === location.origin;
    if (!own || request.headers.has('Authorization')) return plainFetch(request);
    const again = request.clone();
    const response = await send(request);
    if (!response.headers.has('X-Shopify-Retry-Invalid-Session-Request')) return response;
    return send(again);
  }
  async function send(request) {
    const headers = new Headers(request.headers);
    headers.set('Authorization', `Bearer ${await idToken()}`);
    return plainFetch(new Request(request, { headers }));
  }
  window.fetch = authorizedFetch;

  // Links and window.open that lead to the admin or to the app's place in it.
  const ADMIN = /^shopify:(?:\/\/)?admin(\/.*)?$/;
  function leads(url) {
    return ADMIN.test(url) || url.startsWith('app:');
  }
  const plainOpen = window.open.bind(window);
  window.open = (url, target, features) => {
    const text = String(url ?? '');
    if (leads(text)) {
      void call('navigate', { url: text, target: target || '_self' });
      return null;
    }
    return plainOpen(url, target, features);
  };
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    const href = link?.getAttribute('href') || '';
    if (event.defaultPrevented || !leads(href)) return;
    event.preventDefault();
    void call('navigate', { url: href, target: link.target || '_self' });
  });

  // The admin's address follows the document's.
  function tellLocation() {
    void call('location', { path: location.pathname, search: location.search });
  }
  for (const name of ['pushState', 'replaceState']) {
    const plain = history[name].bind(history);
    history[name] = (...args) => {
      plain(...args);
      tellLocation();
    };
  }
  window.addEventListener('popstate', tellLocation);

  const toast = {
    show(message, options = {}) {
      const id = `toast-${++count}`;
      void call('toast', { id, message: String(message), isError: Boolean(options.isError), duration: options.duration });
      return id;
    },
    hide: (id) => void call('toastHide', { id }),
  };

  window.shopify = Object.freeze({
    config: Object.freeze(config),
    origin: admin,
    ready: Promise.resolve(),
    environment: Object.freeze({ embedded: true, mobile: false, intent: false, pos: false }),
    idToken,
    user: () => call('user'),
    toast: Object.freeze(toast),
    loading: (on = true) => void call('loading', { on: Boolean(on) }),
  });

  // A document that was loaded without a valid token only loads this script and names where to go
  // back to: go there with a fresh one. Never to another origin: the token would leave the app.
  const reload = parameters.get('shopify-reload');
  if (reload) {
    const target = new URL(reload, location.origin);
    if (target.origin !== location.origin) {
      console.error('App Bridge: shopify-reload leads to another origin');
      return;
    }
    void idToken().then((token) => {
      target.searchParams.set('id_token', token);
      for (const name of ['host', 'shop', 'locale']) {
        if (config[name] && !target.searchParams.has(name)) target.searchParams.set(name, config[name]);
      }
      if (!target.searchParams.has('embedded')) target.searchParams.set('embedded', '1');
      location.replace(target);
    });
    return;
  }
  tellLocation();
})();
