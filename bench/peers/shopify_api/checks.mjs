// What Shopify's own library says of session tokens and webhooks that somebody else made.
//
// Reads {secret, apiKey, tokens, webhooks} as JSON from stdin; says {tokens, webhooks}: for each
// whether it holds, a token's shop with it.
import '@shopify/shopify-api/adapters/node';
import {ApiVersion, LogSeverity, shopifyApi} from '@shopify/shopify-api';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';

const told = JSON.parse(readFileSync(0, 'utf8'));
const shopify = shopifyApi({
  apiKey: told.apiKey,
  apiSecretKey: told.secret,
  apiVersion: Object.values(ApiVersion).at(-1),
  hostName: 'tillside.test',
  isEmbeddedApp: true,
  scopes: ['read_orders'],
  logger: {level: LogSeverity.Error, log: () => {}},
});

async function tokenHolds(token) {
  try {
    const claims = await shopify.session.decodeSessionToken(token);
    return {valid: true, dest: claims.dest, staff: claims.sub};
  } catch (error) {
    return {valid: false, reason: error.constructor.name};
  }
}

const tokens = await Promise.all(told.tokens.map(tokenHolds));

const answers = [];
const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const rawBody = Buffer.concat(parts).toString('utf8');
  const found = await shopify.webhooks.validate({
    rawBody,
    rawRequest: request,
    rawResponse: response,
  });
  answers.push({valid: found.valid, topic: found.topic, shop: found.domain, reason: found.reason});
  response.end();
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
for (const {headers, body} of told.webhooks) {
  await fetch(`http://127.0.0.1:${server.address().port}/`, {method: 'POST', headers, body});
}
server.close();
console.log(JSON.stringify({tokens, webhooks: answers}));
