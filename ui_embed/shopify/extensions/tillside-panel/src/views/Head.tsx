import type { Freshness, Profile, Total } from '../context.ts';
import type { Trouble } from '../state.ts';
import { locale, t } from '../host.ts';
import { formatMoney } from '../money.ts';
import { ageOf, formatDay, formatMoment, provenUntil } from '../time.ts';

interface Props {
  profile: Profile;
  freshness: Freshness;
  trouble: Trouble | null;
  live: boolean;
  now: Date;
}

/** The person: name, since when, what they are worth, how fresh this is. */
export function Head({ profile, freshness, trouble, live, now }: Props) {
  return (
    <s-stack gap="small-200">
      <s-stack direction="inline" gap="small-200" justifyContent="space-between">
        <s-text type="strong" dir="auto">
          {profile.display_name ?? t('no_name')}
        </s-text>
        <s-text color="subdued" tone={trouble ? 'warning' : 'auto'}>
          {freshnessWord(freshness, trouble, live, now)}
        </s-text>
      </s-stack>
      <s-text color="subdued">{sinceWord(profile, now)}</s-text>
      {profile.totals.map((total) => (
        <s-text key={total.currency} fontVariantNumeric="tabular-nums">
          {totalWords(total)}
        </s-text>
      ))}
      <Tags tags={profile.tags} />
    </s-stack>
  );
}

function Tags({ tags }: { tags: string[] }) {
  if (!tags.length) return null;
  return (
    <s-stack direction="inline" gap="small-300">
      {tags.map((tag) => (
        <s-badge key={tag}>{tag}</s-badge>
      ))}
    </s-stack>
  );
}

function sinceWord(profile: Profile, now: Date): string {
  const since = profile.customer_since ?? profile.first_order_at;
  const words = since ? [t('since', { date: formatDay(since, locale(), now) })] : [];
  if (!profile.first_order_at) words.push(t('no_orders'));
  return words.join(' · ');
}

function totalWords(total: Total): string {
  const money = (minor: number) => formatMoney(minor, total.currency, locale());
  const words = [t('orders', { count: total.orders }), t('spent', { amount: money(total.spent_minor) })];
  if (total.unpaid_minor) words.push(t('unpaid', { amount: money(total.unpaid_minor) }));
  if (total.refunded_minor) words.push(t('refunded', { amount: money(total.refunded_minor) }));
  return words.join(' · ');
}

function freshnessWord(
  freshness: Freshness,
  trouble: Trouble | null,
  live: boolean,
  now: Date,
): string {
  if (trouble) {
    const at = provenUntil(freshness);
    const today = at?.toDateString() === now.toDateString();
    const time = at ? formatMoment(at, today, locale()) : '–';
    return t(`fresh.${trouble === 'offline' ? 'offline' : 'unreachable'}`, { time });
  }
  const age = ageOf(freshness, now, live);
  switch (age.kind) {
    case 'importing':
      return age.total
        ? t('fresh.importing_of', { done: age.done ?? 0, total: age.total })
        : t('fresh.importing');
    case 'seconds':
    case 'minutes':
      return t(`fresh.${age.kind}`, { count: age.count });
    case 'as_of':
      return t('fresh.as_of', { time: formatMoment(age.at, age.today, locale()) });
    default:
      return t(`fresh.${age.kind}`);
  }
}
