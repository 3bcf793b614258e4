// The page and the cart, by the shop's own ways of telling; only sent where the visitor agreed.
async function json(address) {
  try {
    const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// How many decimals a currency has by itself: amounts are told in its own smallest unit.
function decimals(currency) {
  try {
    const shown = new Intl.NumberFormat("en", { style: "currency", currency });
    return shown.resolvedOptions().maximumFractionDigits;
  } catch {
    return 2;
  }
}

// Shopify tells hundredths whatever the currency; WooCommerce's Store API in the shop's decimals.
async function cart() {
  const shopify = window.Shopify ? `${window.Shopify.routes?.root || "/"}cart.js` : "";
  const address = TAG.dataset.cart || shopify;
  const told = address ? await json(address) : null;
  if (!told) return null;
  const { totals = {} } = told;
  const isShopify = "total_price" in told;
  const currency = String((isShopify ? told.currency : totals.currency_code) || "");
  const by = 10 ** (decimals(currency) - (isShopify ? 2 : Number(totals.currency_minor_unit ?? 2)));
  const minor = (amount) => Math.round(Number(amount) * by) || 0;
  const lines = (told.items || []).slice(0, 20).map((each) => ({
    title: String(each.title || each.name || ""),
    quantity: Number(each.quantity) || 0,
    price_minor: minor(isShopify ? each.final_line_price : each.totals?.line_total),
  }));
  return { currency, total_minor: minor(isShopify ? told.total_price : totals.total_price), lines };
}

async function sharePage(settings) {
  const page = settings.shows.page ? { url: location.href, title: document.title } : null;
  const found = settings.shows.cart ? await cart() : null;
  await ask("POST", "page", { body: { consent: true, page, cart: found } }).catch(() => {});
}

// Whether and when to invite: all rules that are set hold at once. Asked once a page.
async function invite(rules, onInvite) {
  if (!rules || kept("declined") || kept("conversation")) return;
  if (rules.on && !location.href.includes(rules.on)) return;
  if (rules.over !== null) {
    const held = await cart();
    if (!held || held.total_minor < rules.over * 10 ** decimals(held.currency)) return;
  }
  setTimeout(() => onInvite(rules.text), (rules.after_seconds || 0) * 1000);
}
