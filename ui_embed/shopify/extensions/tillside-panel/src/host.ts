import type { Api as OrderBlockApi } from '@shopify/ui-extensions/admin.order-details.block.render';
import type { Api as OrderActionApi } from '@shopify/ui-extensions/admin.order-details.action.render';

/** What the panel uses of the admin, the same on all of its targets. */
export type Host = Pick<OrderBlockApi, 'data' | 'i18n' | 'extension'>;

declare global {
  /** The admin's API for the extension that runs. */
  const shopify: Host & Partial<Pick<OrderActionApi, 'close'>>;
}

type Values = Record<string, string | number>;

/** A text in the reader's language. */
export function t(key: string, values?: Values): string {
  return shopify.i18n.translate<string>(key, values);
}

/** A text in the reader's language, or the fallback where no translation has the key. */
export function tOr(key: string, fallback: string): string {
  try {
    const text = t(key);
    return text && !text.includes(key) ? text : fallback;
  } catch {
    return fallback;
  }
}

/** The language that the texts are in, so that numbers and dates agree with them. */
export function locale(): string {
  return tOr('locale', 'en');
}

/** Foreign text inside of a sentence, kept from turning the sentence's direction. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
