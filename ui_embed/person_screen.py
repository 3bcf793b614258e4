"""One person as the page shows them: who they are, what is wrong now, and the part looked at."""

from dataclasses import dataclass

from flask import url_for

from integration.crm.accounts import StoreAccount
from integration.crm.records import Context, ContextIdentity, ContextNote, ContextOrder
from integration.crm.summary_records import Summary, SummaryStore
from integration.directory import StoreCard
from ui_embed.beside import Beside, Part
from ui_embed.formats import language_name, phone_text
from ui_embed.freshness import FreshnessWord
from ui_embed.identity.part import IdentityPart
from ui_embed.signals import Signal
from ui_embed.texts import gettext
from ui_embed.words import Status

_PHONES = ("phone", "guest_phone")
_MOST_CONTACTS = 3
_MOST_LANGUAGES = 3


def page_url(profile_id: str, order: str | None = None, part: Part = "orders") -> str:
    """The address of a person's page: the order in question, the part that is looked at."""
    shown = None if part == "orders" else part
    return url_for("people.profile", profile_id=profile_id, order=order, view=shown)


def order_in_question(context: Context, asked: str | None) -> str | None:
    """Our id of the order that is asked for, None where it isn't among those that are shown."""
    bare = (asked or "").lstrip("#")
    for order in context.orders:
        if bare and bare in (order.external_id, order.name.lstrip("#")):
            return order.id
    return None


def most_likely_order(context: Context) -> str | None:
    """Our id of the order that an agent most likely wants: the newest that counts."""
    counting = [order for order in context.orders if order.counts] or list(context.orders)
    return counting[0].id if counting else None


@dataclass(frozen=True, slots=True)
class KnownStore:
    """A store that knows the person, with their accounts there."""

    known: SummaryStore
    accounts: tuple[StoreAccount, ...]


@dataclass(frozen=True, slots=True)
class PersonScreen:
    """One person. `order_asked` is the order in question as the address names it."""

    context: Context
    beside: Beside
    identity: IdentityPart
    part: Part
    store: StoreCard
    order_asked: str | None
    open_order_id: str | None
    signals: list[Signal]
    freshness_word: FreshnessWord
    backfill_percent: int | None
    install_url: str

    @property
    def summary(self) -> Summary:
        """Their figures over all stores."""
        return self.beside.summary

    @property
    def contacts(self) -> list[ContextIdentity]:
        """The addresses and phones to know them by, each once, the sure ones first."""
        identities = self.context.profile.identities
        shown = [i for i in identities if i.kind in ("email", *_PHONES)]
        return [i for i in shown if i.evidence != "order"][:_MOST_CONTACTS]

    @property
    def stores(self) -> list[KnownStore]:
        """Where they are known, the one that has known them longest first."""
        return [
            KnownStore(
                known, tuple(each for each in self.beside.accounts if each.store == known.store)
            )
            for known in self.summary.stores
        ]

    @property
    def languages(self) -> list[str]:
        """Tags of the languages that they are known to use, the one to write in first."""
        told = self.summary.languages or (self.context.profile.locale or "",)
        named: dict[str, str] = {}
        for tag in told:
            if name := language_name(tag):
                named.setdefault(name, tag)
        return list(named.values())[:_MOST_LANGUAGES]

    @property
    def order_notes(self) -> list[tuple[ContextOrder, ContextNote]]:
        """The notes that stand on the orders that are shown, with their orders."""
        return [(order, note) for order in self.context.orders for note in order.notes]

    @property
    def store_notes(self) -> list[StoreAccount]:
        """The accounts on which a store has a note."""
        return [account for account in self.beside.accounts if account.note]

    @property
    def is_guest(self) -> bool:
        """Whether they have no account in any store."""
        return not any(i.kind == "customer" for i in self.context.profile.identities)

    @property
    def is_first_time(self) -> bool:
        """Whether they have ordered once only."""
        return sum(total.orders for total in self.context.profile.totals) == 1

    @property
    def has_several_stores(self) -> bool:
        """Whether their orders come from more than one store."""
        return len({order.store.id for order in self.context.orders}) > 1

    @property
    def refresh_url(self) -> str:
        """The page as it is now."""
        return self.url_of(self.part)

    def url_of(self, part: Part) -> str:
        """The address of one part of the page."""
        return page_url(self.context.profile.id, self.order_asked, part)

    def url_of_order(self, order: ContextOrder) -> str:
        """The address at which that order is the one in question."""
        return page_url(self.context.profile.id, order.external_id)

    def identity_text(self, identity: ContextIdentity) -> str:
        """An identity's value as people read it."""
        return phone_text(identity.value) if identity.kind in _PHONES else identity.value

    @property
    def certainty(self) -> Status:
        """How sure it is that all of this is one person's, in a few words."""
        sure = {i.kind for i in self.context.profile.identities if i.evidence != "order"}
        if "customer" in sure:
            return Status(gettext("the store vouches for the account"), "good", "check")
        if "email" in sure:
            return Status(gettext("known by the address of their orders"), "info", "mail")
        if sure & {"guest_phone", "phone"}:
            return Status(gettext("known by a phone number only"), "warn", "phone")
        return Status(gettext("known by one order only"), "warn", "receipt")
