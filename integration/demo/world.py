"""The demo's little world: which ports, which settings, how the stand-in store is started."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from integration.crypto import new_key_text
from integration.errors import MissingSetting
from integration.processes.ports import free_port, is_free
from integration.setting_files import FILED

_APP_PORT = 8080
_SHOP_AFTER = 10
_SITE_AFTER = 15
_MAIL_AFTER = 20
_SMTP_AFTER = 21
_ROOT = Path(__file__).parents[2]
_EXTENSION = "ui_embed/shopify/extensions/tillside-panel/dist"
_PLUGIN = "ui_embed/woocommerce/tillside"

# Nobody's secrets: they open nothing but the stand-in on this machine.
CLIENT_ID = "tillside-demo"
CLIENT_SECRET = "only-for-the-stand-in-shopify"  # noqa: S105
SHOP = "aegean-eyewear.myshopify.com"
HEROINE = "dimitra.papadopoulou@example.com"
HEROINE_NAME = "Δήμητρα Παπαδοπούλου"
HEROINE_ORDER = "#1042"


@dataclass(frozen=True, slots=True)
class World:
    """Where everything of the demo is. The origins have no trailing slash."""

    data_dir: Path
    app_port: int
    shop_port: int
    site_port: int
    mail_port: int
    smtp_port: int

    @property
    def app_origin(self) -> str:
        """Where Tillside answers."""
        return f"http://127.0.0.1:{self.app_port}"

    @property
    def shop_origin(self) -> str:
        """Where the stand-in Shopify answers."""
        return f"http://127.0.0.1:{self.shop_port}"

    @property
    def site_origin(self) -> str:
        """The stand-in WooCommerce, its admin too: another site than ours, as with a real one."""
        return f"http://localhost:{self.site_port}"

    @property
    def admin_origin(self) -> str:
        """Where a person opens the shops' admin: another site than ours, as with the real one."""
        return f"http://localhost:{self.shop_port}"

    @property
    def mail_origin(self) -> str:
        """Where the customers' mailboxes are."""
        return f"http://localhost:{self.mail_port}"

    def settings(self) -> dict[str, str]:
        """The environment that Tillside's parts run with."""
        return {
            **{f"{name}_FILE": "" for name in FILED},
            "APP_URL": self.app_origin,
            "HOST": "127.0.0.1",
            "PORT": str(self.app_port),
            "DATA_DIR": str(self.data_dir),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "SECRET_KEY": "only-for-the-demo-on-this-machine",
            "ENCRYPTION_KEYS": new_key_text("demo"),
            "ALLOW_PRIVATE_ADDRESSES": "on",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL") or "ERROR",
            "SHOPIFY_API_KEY": CLIENT_ID,
            "SHOPIFY_API_SECRET": CLIENT_SECRET,
            "SHOPIFY_URL_TEMPLATE": f"{self.shop_origin}/{{shop}}",
            "SHOPIFY_ADMIN_ORIGIN": self.admin_origin,
            "SHOPIFY_APP_BRIDGE_URL": f"{self.admin_origin}/_app-bridge.js",
        }

    def shop_command(self, *, orders: int) -> list[str]:
        """How the stand-in Shopify is started."""
        app = {
            "client_id": CLIENT_ID,
            "secrets": [CLIENT_SECRET],
            "app_url": f"{self.app_origin}/shopify/app",
            "proxy_url": f"{self.app_origin}/shopify/proxy",
            "redirect_urls": [f"{self.app_origin}/shopify/callback"],
            "compliance_uri": f"{self.app_origin}/webhooks/shopify",
            "auto_consent": True,
        }
        return [
            sys.executable,
            "-m",
            "simulators.shopify",
            "--host=127.0.0.1",
            f"--port={self.shop_port}",
            f"--orders={orders}",
            f"--app-config={json.dumps(app)}",
            f"--extension-dist={_ROOT / _EXTENSION}",
        ]

    def site_command(self, *, orders: int) -> list[str]:
        """How the stand-in WooCommerce is started."""
        return [
            sys.executable,
            "-m",
            "simulators.woocommerce",
            "--host=localhost",
            f"--port={self.site_port}",
            f"--orders={orders}",
            f"--plugin-dir={_ROOT / _PLUGIN}",
            f"--app-url={self.app_origin}",
        ]

    def mail_command(self) -> list[str]:
        """How the stand-in mail provider is started."""
        return [
            sys.executable,
            "-m",
            "simulators.mail",
            "--host=localhost",
            f"--port={self.mail_port}",
            f"--smtp-port={self.smtp_port}",
            f"--mailbox={HEROINE}",
        ]


def new_world(data_dir: Path) -> World:
    """A world on ports that are free: PORT and four near it, where nobody listens there.

    Raises MissingSetting when a stand-in isn't installed.
    """
    for module in ("simulators", "graphql", "aiosmtpd"):
        if find_spec(module) is None:
            raise MissingSetting("the demo's parts are missing: pip install 'tillside[demo]'")
    app = _free(int(os.environ.get("PORT") or _APP_PORT), but=())
    ports = [app]
    for after in (_SHOP_AFTER, _SITE_AFTER, _MAIL_AFTER, _SMTP_AFTER):
        ports.append(_free(app + after, but=ports))
    return World(data_dir, *ports)


def _free(wanted: int, but: Sequence[int]) -> int:
    """The wanted port, or another one where somebody listens there."""
    if wanted not in (0, *but) and is_free(wanted):
        return wanted
    try:
        return free_port(but)
    except OSError as error:
        raise MissingSetting(str(error)) from None
