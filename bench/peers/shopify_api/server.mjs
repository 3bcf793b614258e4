// Shopify's own library for Node as its documentation shows it, with an insert that lasts.
//
// node server.mjs DATABASE, with SHOPIFY_API_SECRET and PORT; says `ready PORT` once it listens.
import '@shopify/shopify-api/adapters/node';
import {ApiVersion, DeliveryMethod, LogSeverity, shopifyApi} from '@shopify/shopify-api';
import Database from 'better-sqlite3';
import express from 'express';

const PATH = '/webhooks/shopify';

const database = new Database(process.argv[2]);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec(`CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY,
  dedupe_key TEXT NOT NULL UNIQUE,
  shop TEXT NOT NULL,
  topic TEXT NOT NULL,
  received_at TEXT NOT NULL,
  body TEXT NOT NULL
)`);
const insert = database.prepare(
  'INSERT INTO deliveries (dedupe_key, shop, topic, received_at, body) VALUES (?, ?, ?, ?, ?)' +
    ' ON CONFLICT (dedupe_key) DO NOTHING',
);

const shopify = shopifyApi({
  apiKey: 'key',
  apiSecretKey: process.env.SHOPIFY_API_SECRET,
  apiVersion: Object.values(ApiVersion).at(-1),
  hostName: 'tillside.test',
  isEmbeddedApp: true,
  scopes: ['read_orders'],
  logger: {level: LogSeverity.Error},
});

async function keep(topic, shop, body, webhookId) {
  insert.run(`${shop}|${webhookId}`, shop, topic, new Date().toISOString(), body);
}

for (const topic of ['ORDERS_CREATE', 'ORDERS_UPDATED', 'CUSTOMERS_UPDATE', 'REFUNDS_CREATE']) {
  shopify.webhooks.addHandlers({
    [topic]: [{deliveryMethod: DeliveryMethod.Http, callbackUrl: PATH, callback: keep}],
  });
}

const app = express();
app.post(PATH, express.text({type: '*/*', limit: '1mb'}), async (request, response) => {
  try {
    await shopify.webhooks.process({
      rawBody: request.body,
      rawRequest: request,
      rawResponse: response,
    });
  } catch (error) {
    console.error(error.message);
  }
});
const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`ready ${server.address().port}`);
});
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => process.exit(0));
}
