"""A person in a stand-in store of either platform, who is erased while the store tells on."""

import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from integration.app import build_house, create_flask
from integration.canary_scan.scan import scan
from integration.crm.linking import link
from integration.crm.notes import add_note
from integration.install.companions import companion_of
from integration.models import Order, Store
from integration.privacy.requests.asking import ask_for_erasure, run_now
from integration.privacy.requests.working_off import run_due
from integration.reconciliation.whole import compare_whole
from integration.sync.backfill import backfill
from integration.sync.refresh import refresh
from platforms.woocommerce.sites import site_url
from simulators.woocommerce.model.people import Meta
from tests.factories.store_signed import ticket
from tests.faults.scenarios.stores import World
from tests.security.erased_person import AGENT, NUMBER, WORDS
from tests.security.erased_talks import FIRST, SECOND
from tests.webhooks.parts import works
from tests.webhooks.test_stand_in_woocommerce import SITE

# More than a webhook may take: what a comparison finds afterwards counts as missed.
LATER_SECONDS = 1300
# Where they lived, and what was sent there: in nothing that they buy after the erasure.
STREET, PARCEL = "Alte Kanarienvogelgasse 1", "KANARIENVOGEL-PARCEL-1"
OLD = (STREET, PARCEL)
NEW_STREET = "Neue Gasse 2"
_HOME = {"first_name": "Kanarienvogel", "last_name": "Gelb", "city": "x", "country_code": "GR"}


@dataclass
class Person:
    """What the store has of them: accounts, and orders from before the erasure."""

    place: World
    by_plugin: bool = False
    accounts: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)

    def is_shopify(self) -> bool:
        """Which platform's words the store speaks."""
        return self.place.slug == "shopify"

    def open_account(self, email: str) -> None:
        """An account with the person's name, number and street."""
        more: dict[str, Any] = {"address": {**_HOME, "address1": STREET, "phone": NUMBER}}
        if not self.is_shopify():
            billing = {"address_1": STREET, "phone": NUMBER, "email": email}
            more = {"billing": billing, "username": f"user-{uuid.uuid4().hex[:8]}"}
        elif not self.accounts:
            more["phone"] = NUMBER
        made = self.place.control(
            "customers/create",
            email=email,
            first_name="Kanarienvogel",
            last_name="Gelb",
            **more,
        )
        self.accounts.append(str(made["id"]))

    def buy(self, home: dict[str, str] | None = None, **who: str) -> str:
        """An order of an account (`customer`), or of a guest (`email`)."""
        home = home or {**_HOME, "address1": STREET}
        if self.is_shopify():
            more: dict[str, Any] = {"address": home, "note": "kanarienvogel asks for haste"}
        else:
            names = {name: home[name] for name in ("first_name", "last_name", "city")}
            written = {**names, "address_1": home["address1"]}
            more = {"billing": written, "shipping": written, "customer_note": "kanarienvogel"}
        return str(self.place.control("orders/place", **who, **more)["id"])

    def move(self) -> None:
        """The account's own street is another one from now on."""
        if self.is_shopify():
            [account] = [
                one
                for one in self.place.stand_in.shop().customers.values()
                if str(one.id) == self.accounts[0]
            ]
            account.addresses[0].address1 = NEW_STREET
            account.addresses[0].phone = account.phone = None
            return
        billing = {"address_1": NEW_STREET, "phone": ""}
        self.place.control("customers/update", customer=self.accounts[0], billing=billing)

    def live(self) -> None:
        """An account with an order, a refund, a parcel and notes; a guest's by another address."""
        self.open_account(FIRST)
        self.orders += [self.buy(customer=self.accounts[0]), self.buy(email=SECOND)]
        order = self.orders[0]
        if self.is_shopify():
            self.place.control("orders/fulfil", order=order, company="ACS", number=PARCEL)
            self.place.control("orders/refund", order=order, amount=100, note="kanarienvogel")
            return
        site = self.place.stand_in.site(SITE)  # type: ignore[attr-defined]
        item = {"tracking_number": PARCEL, "custom_tracking_provider": "ACS"}
        meta = Meta(site.next_id("meta"), "_wc_shipment_tracking_items", [item])
        site.orders[int(order)].meta.append(meta)
        self.place.control("orders/refund", order=order, amount="1.00", reason="kanarienvogel")
        self.place.control("orders/note", order=order, text="kanarienvogel rang")

    def touch(self) -> None:
        """What changes an old order and the account today."""
        word = f"kanarienvogel {uuid.uuid4()}"
        told = {"note": word} if self.is_shopify() else {"customer_note": word}
        path = "orders/update" if self.is_shopify() else "orders/edit"
        for order in self.orders:
            self.place.control(path, order=order, **told)
        for account in self.accounts:
            self.place.control("customers/update", customer=account, last_name=word)

    def live_on_untold(self) -> None:
        """What no webhook tells, so that nothing of it is held when they are erased."""
        self.place.lose(1.0)
        self.open_account(SECOND)
        self.orders += [self.buy(customer=self.accounts[0]), self.buy(email=FIRST)]
        self.orders.append(self.buy(email=SECOND))
        self.place.lose(0.0)

    def erase(self, ids: dict[str, int]) -> None:
        """By the platform's own door; WooCommerce's takes one address: in turn, or on our page."""
        if self.is_shopify():
            app_url = self.place.services.settings.app_url
            self.place.control("app", compliance_uri=f"{app_url}/webhooks/shopify")
            for account in self.accounts:
                self.place.control("customers/redact", customer=account)
            self.place.drained()
            assert run_due(self.place.services) == len(self.accounts)
            return
        if self.by_plugin:
            for email in (FIRST, SECOND):
                told = erase_by_plugin(self.place, ids, email)
                assert (told["retained"], told["messages"], told["done"]) == (0, [], True)
                assert told["removed"] >= 1
            return
        services, workspace_id = self.place.services, ids["workspace_id"]
        number = ask_for_erasure(services, workspace_id, email=FIRST, by="owner:1")
        run_now(services, workspace_id, number, by="owner:1")
        assert run_due(services) == 1


def erase_by_plugin(place: World, ids: dict[str, int], email: str) -> dict[str, Any]:
    """What WordPress' eraser of personal data is answered, over our part in the store."""
    services = place.services
    companion = companion_of(services, **ids)
    assert companion is not None
    [store] = place.rows(Store)
    asked = {"iss": site_url(store.domain), "sub": "wordpress", "use": "erase", "email": email}
    signed = ticket(companion, store.domain, services.now(), jti=uuid.uuid4().hex, page=1, **asked)
    door = create_flask(services, build_house()).test_client()
    answer = door.post("/api/v1/plugin/erase", json={"ticket": signed})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def know(place: World, ids: dict[str, int], person: Person) -> None:
    """An agent finds that both addresses are one person's, and writes that down."""
    with place.services.db.workspace(ids["workspace_id"], write=True) as session:
        rows = session.execute(select(Order.external_id, Order.profile_id)).all()
        profiles = {row.external_id: row.profile_id for row in rows}
        account, guest = (profiles[order] for order in person.orders[:2])
        assert account is not None
        assert guest is not None
        now = place.services.now()
        link(session, account, guest, by=AGENT, now=now, reason="the kanarienvogel rang")
        add_note(session, account, "kanarienvogel rang", by=AGENT.who, now=now)


def found(place: World, *texts: str) -> dict[str, int]:
    """Where the person is, as `tillside privacy verify` looks for them."""
    return scan(place.services, texts or (*WORDS, FIRST, SECOND)).found


def come_late(place: World, *, anew: bool) -> int:
    """Whatever the store told of the person comes once more; `anew` as a delivery of its own."""
    log = [one for one in list(place.stand_in.outbox.log) if _names(one.body)]
    # A request of its own is a new one; its replay is none.
    told = [one for one in log if not (anew and one.topic == "customers/redact")]
    outbox: Any = place.stand_in.outbox
    for one in told:
        if place.slug == "shopify":
            again = {"webhook_id": str(uuid.uuid4())} if anew else {}
            outbox._schedule(replace(one, attempts=[], state="waiting", **again), 0)
            continue
        again = {"X-WC-Webhook-Delivery-ID": uuid.uuid4().hex} if anew else {}
        site = outbox.state.sites[one.site]
        outbox._send(site, replace(one, headers={**one.headers, **again}), 30.0)
    place.drained()
    return len(told)


def _names(body: bytes) -> bool:
    return any(word.encode() in body.lower() for word in WORDS)


def compare(place: World, ids: dict[str, int]) -> Any:
    """What `tillside stores reconcile` does; the ledger's row of it."""
    assert compare_whole(place.services, **ids, asked_by="person")
    run = place.runs("whole")[-1]
    assert run.state == "done", run.error
    return run


def read_whole(place: World, ids: dict[str, int]) -> None:
    """Read the store anew from its beginning to its end, and what changed meanwhile."""
    backfill(place.services, **ids, anew=True)
    refresh(place.services, **ids)
    assert place.runs("changes")[-1].state == "done"


def tell_late(place: World, person: Person) -> None:
    """Late deliveries, replayed ones, and today's of the old orders and accounts."""
    assert come_late(place, anew=True) >= 4
    assert come_late(place, anew=False) >= 4
    person.touch()
    place.drained()
    for _ in range(5):
        if not _put_off(place):
            break
        # Where a second has two states the store is asked, and asked again somewhat later.
        place.passes(LATER_SECONDS / 10)
        place.drained()
    left = _put_off(place)
    assert not left, left


def _put_off(place: World) -> list[tuple[Any, ...]]:
    """What is neither applied nor of somebody whose erasing took its body away before."""
    told = [(one.state, one.error_code, one.attempts, one.error) for one in works(place.services)]
    return [one for one in told if one[0] != "applied" and one[:2] != ("refused", "erased")]


def held_orders(place: World, ids: dict[str, int]) -> dict[str, tuple[Any, ...]]:
    """The copy's orders that stand and are somebody's, with their figures."""
    wanted = select(Order.external_id).where(
        Order.store_id == ids["store_id"], Order.deleted_at.is_(None), Order.profile_id.is_not(None)
    )
    with place.services.db.across_workspaces() as session:
        mine = set(session.execute(wanted).scalars())
    return {number: told for number, told in place.figures().items() if number in mine}
