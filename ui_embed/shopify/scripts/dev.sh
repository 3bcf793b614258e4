#!/bin/sh
# `shopify app dev` names the tunnel's address HOST, which with us is the address to listen on.
set -eu
export APP_URL="${HOST:?run this through: shopify app dev}"
export SHOPIFY_SCOPES="${SCOPES:-}"
HOST=127.0.0.1 exec tillside up
