/** The answer of `GET /api/v1/context`, as far as the panel draws it. */

export interface Total {
  currency: string;
  orders: number;
  spent_minor: number;
  unpaid_minor: number;
  refunded_minor: number;
}

export interface Identity {
  kind: string;
  value: string;
  verified: boolean;
  evidence: string;
}

export interface Profile {
  id: string;
  display_name: string | null;
  identities: Identity[];
  totals: Total[];
  first_order_at: string | null;
  last_order_at: string | null;
  customer_since?: string | null;
  tags: string[];
  locale: string | null;
}

export interface OrderLine {
  external_id: string;
  title: string;
  variant_title: string | null;
  sku: string | null;
  quantity: number;
  current_quantity: number;
  unit_price_minor: number;
  total_minor: number;
  image_url: string | null;
  /** Pieces left; null where the store doesn't count them. */
  stock: number | null;
}

export interface Tracking {
  company: string | null;
  number: string | null;
  url: string | null;
}

export interface Fulfillment {
  external_id: string;
  status: string | null;
  shipment_status: string | null;
  tracking: Tracking[];
  created_at: string | null;
  updated_at?: string | null;
}

export interface Refund {
  external_id: string;
  amount_minor: number;
  currency: string;
  created_at: string | null;
  note: string | null;
}

export interface Store {
  id: string;
  name: string;
}

export interface Order {
  id: string;
  external_id: string;
  name: string;
  store?: Store;
  placed_at: string;
  updated_at: string;
  financial_status: string | null;
  fulfillment_status: string | null;
  currency: string;
  total_minor: number;
  current_total_minor: number;
  refunded_minor: number;
  counts: boolean;
  deleted_at: string | null;
  cancelled_at?: string | null;
  email?: string | null;
  admin_url?: string | null;
  lines: OrderLine[];
  fulfillments: Fulfillment[];
  refunds: Refund[];
}

export interface Backfill {
  state: 'waiting' | 'running' | 'done' | 'failed';
  done: number | null;
  total: number | null;
}

export interface Freshness {
  as_of: string | null;
  source: string | null;
  complete_from: string | null;
  complete_until: string | null;
  backfill: Backfill | null;
}

export interface Conversation {
  id: string;
  subject: string | null;
  channel: string;
  status: string;
  last_message_at: string;
  assignee: string | null;
  unanswered: boolean;
}

export interface Context {
  profile: Profile;
  orders: Order[];
  next: string | null;
  conversations?: Conversation[];
  freshness: Freshness;
}

/** One of the people a 409 answer offers; only an id is sure. */
export interface Candidate {
  id: string;
  display_name?: string | null;
  reasons?: string[];
}
