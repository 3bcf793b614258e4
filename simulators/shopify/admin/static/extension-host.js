// Runs inside the sandboxed frame: the `shopify` global of an admin UI extension, a fetch that
// carries the session token, and the `s-*` elements that the panel uses, drawn plainly.
(() => {
  'use strict';
  const targets = new Map();
  const waiting = new Map();
  let count = 0;
  let start = null;

  function tell(name, args) {
    window.parent.postMessage({ extensionHost: 1, name, args }, '*');
  }
  function ask(name, args) {
    const id = ++count;
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    window.parent.postMessage({ extensionHost: 1, id, name, args }, '*');
    return answer;
  }
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || event.data?.extensionHost !== 1) return;
    if (event.data.name === 'start') run(event.data);
    const held = waiting.get(event.data.id);
    waiting.delete(event.data.id);
    if (event.data.error) held?.reject(new Error(event.data.error));
    else held?.resolve(event.data.result);
  });

  // ------------------------------------------------------------ texts
  function find(texts, key) {
    return key.split('.').reduce((inner, part) => inner?.[part], texts);
  }
  function translate(key, values = {}) {
    let text = find(start.texts, key);
    if (text && typeof text === 'object') {
      const form = new Intl.PluralRules(start.locale).select(Number(values.count ?? 0));
      text = text[form] ?? text.other;
    }
    if (typeof text !== 'string') return key;
    return text.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name) => {
      const value = values[name];
      return name === 'count' && typeof value === 'number' ? new Intl.NumberFormat(start.locale).format(value) : String(value ?? whole);
    });
  }
  const i18n = {
    translate,
    formatNumber: (value, options) => new Intl.NumberFormat(start.locale, options).format(value),
    formatCurrency: (value, options) => new Intl.NumberFormat(start.locale, { style: 'currency', ...options }).format(value),
    formatDate: (value, options) => new Intl.DateTimeFormat(start.locale, options).format(value),
  };

  // ------------------------------------------------------------ fetch
  const plainFetch = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const address = new URL(input instanceof Request ? input.url : String(input), start.appOrigin);
    const request = input instanceof Request ? new Request(address, input) : new Request(address, init);
    if (address.origin !== start.appOrigin) return plainFetch(request);
    const headers = new Headers(request.headers);
    headers.set('Authorization', `Bearer ${await ask('idToken')}`);
    return plainFetch(new Request(request, { headers, credentials: 'omit' }));
  };

  // ------------------------------------------------------------ the shopify global
  const memory = new Map();
  window.shopify = {
    extend: (target, render) => targets.set(target, render),
    i18n,
    auth: { idToken: () => ask('idToken') },
    navigation: { navigate: (url) => tell('navigate', { url: String(url) }) },
    close: () => tell('close'),
    intents: { launchUrl: null, invoke: async () => ({ complete: Promise.resolve({ code: 'closed' }) }) },
    storage: {
      get: async (key) => memory.get(key),
      set: async (key, value) => void memory.set(key, structuredClone(value)),
      delete: async (key) => memory.delete(key),
      clear: async () => memory.clear(),
      entries: async () => memory.entries(),
    },
    query: async () => ({ errors: [{ message: 'Direct API access is not in the stand-in' }] }),
    resourcePicker: async () => undefined,
    picker: async () => ({ selected: Promise.resolve(undefined) }),
    data: { selected: [] },
    extension: { target: '' },
  };

  function run(begin) {
    if (start) return;
    start = begin;
    document.documentElement.lang = begin.locale;
    document.documentElement.dir = begin.locale === 'he' ? 'rtl' : 'ltr';
    window.shopify.data = begin.data;
    window.shopify.extension = { target: begin.target };
    const render = targets.get(begin.target);
    if (render) void render(window.shopify);
    else document.body.textContent = `The extension has no ${begin.target}`;
  }

  // ------------------------------------------------------------ elements
  /** What a link of the extension leads to in this admin, for the address line. */
  function resolve(url) {
    if (url.startsWith('app:')) return start.appHome + url.slice(4);
    if (/^shopify:(\/\/)?admin/.test(url)) return url.replace(/^shopify:(\/\/)?admin/, start.base);
    return url;
  }
  function follow(event, element) {
    event.preventDefault();
    tell('navigate', { url: element.getAttribute('href'), target: element.getAttribute('target') || '_self' });
  }

  function define(tag, names, draw) {
    class Plain extends HTMLElement {
      static observedAttributes = names;
      connectedCallback() {
        if (!this.root) this.root = this.attachShadow({ mode: 'open' });
        draw(this, this.root);
      }
      attributeChangedCallback() {
        if (this.root) draw(this, this.root);
      }
    }
    customElements.define(tag, Plain);
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    .link { color: var(--accent); text-underline-offset: 2px; }
    .link:focus-visible, .button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
    .badge {
      display: inline-block;
      padding: 1px 8px;
      border-radius: 4px;
      background: var(--fill);
      font-size: 12px;
      line-height: 18px;
    }
    .tone-success { color: var(--good); background: var(--good-fill); }
    .tone-warning, .tone-caution { color: var(--warn); background: var(--warn-fill); }
    .tone-critical { color: var(--bad); background: var(--bad-fill); }
    .tone-info { color: var(--info); background: var(--info-fill); }
    .banner { padding: 8px 12px; border-radius: 6px; overflow-wrap: anywhere; }
    .banner-heading { display: block; }
    .button {
      min-block-size: 32px;
      padding-inline: 12px;
      border: 1px solid var(--line);
      border-radius: 6px;
      background: transparent;
      color: var(--text);
      font: inherit;
      cursor: pointer;
    }
    .button.primary { background: var(--accent); border-color: var(--accent); color: light-dark(#fff, #10233c); }
    .action { display: grid; gap: 16px; }
    .action-buttons { display: flex; justify-content: flex-end; gap: 8px; }
  `);
  function once(root, make) {
    if (!root.firstChild) {
      root.adoptedStyleSheets = [sheet];
      root.append(make());
    }
    return root.lastElementChild;
  }
  function element(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }
  const slot = (name) => {
    const made = document.createElement('slot');
    if (name) made.name = name;
    return made;
  };

  define('s-admin-block', ['heading', 'collapsedsummary'], (self, root) => {
    once(root, () => element('div', '', slot()));
    tell('heading', { text: self.getAttribute('heading') || '' });
  });
  define('s-admin-action', ['heading', 'loading'], (self, root) => {
    once(root, () =>
      element('div', 'action', element('div', 'action-body', slot()),
        element('div', 'action-buttons', slot('secondary-actions'), slot('primary-action'))));
    tell('heading', { text: self.getAttribute('heading') || '' });
  });
  define('s-link', ['href', 'target', 'accessibilitylabel'], (self, root) => {
    const link = once(root, () => {
      const made = element('a', 'link', slot());
      made.addEventListener('click', (event) => follow(event, self));
      return made;
    });
    link.href = resolve(self.getAttribute('href') || '');
    link.target = self.getAttribute('target') || '';
    const label = self.getAttribute('accessibilitylabel');
    if (label) link.setAttribute('aria-label', label);
  });
  define('s-button', ['variant', 'disabled', 'loading', 'href'], (self, root) => {
    const button = once(root, () => {
      const made = element('button', 'button', slot());
      made.type = 'button';
      made.addEventListener('click', (event) => self.hasAttribute('href') && follow(event, self));
      return made;
    });
    button.classList.toggle('primary', self.getAttribute('variant') === 'primary');
    button.disabled = self.hasAttribute('disabled') || self.hasAttribute('loading');
  });
  define('s-banner', ['heading', 'tone'], (self, root) => {
    const banner = once(root, () => element('div', '', element('strong', 'banner-heading'), slot()));
    const tone = self.getAttribute('tone') || 'info';
    banner.className = `banner tone-${tone}`;
    banner.setAttribute('role', tone === 'critical' ? 'alert' : 'status');
    banner.firstElementChild.textContent = self.getAttribute('heading') || '';
    banner.firstElementChild.hidden = !self.hasAttribute('heading');
  });
  define('s-badge', ['tone'], (self, root) => {
    const badge = once(root, () => element('span', '', slot()));
    badge.className = `badge tone-${self.getAttribute('tone') || 'neutral'}`;
  });
  const SIZES = { blocksize: 'blockSize', minblocksize: 'minBlockSize', maxblocksize: 'maxBlockSize', inlinesize: 'inlineSize', mininlinesize: 'minInlineSize', maxinlinesize: 'maxInlineSize' };
  define('s-box', [...Object.keys(SIZES), 'accessibilitylabel', 'accessibilityvisibility'], (self, root) => {
    once(root, () => slot());
    for (const [name, style] of Object.entries(SIZES)) self.style[style] = self.getAttribute(name) || '';
    if (self.getAttribute('accessibilityvisibility') === 'hidden') self.setAttribute('aria-hidden', 'true');
    const label = self.getAttribute('accessibilitylabel');
    if (label) {
      self.setAttribute('role', 'group');
      self.setAttribute('aria-label', label);
    }
  });

  new ResizeObserver(() => tell('resize', { height: document.body.getBoundingClientRect().height })).observe(document.body);
  window.addEventListener('load', () => tell('hello'));
})();
