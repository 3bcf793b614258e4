"""A merchant's whole house on this machine: stores, mail, web, workers, scheduler, in processes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration.agents.changing import OPERATOR
from integration.agents.invitations import invite
from integration.app import build_services
from integration.commands.processes import start_everything
from integration.crm.stores import list_stores, workspace_of
from integration.demo.browser import WindowlessBrowser
from integration.demo.mail import Mailboxes, mailboxes
from integration.demo.walk import Walk
from integration.demo.world import SHOP, World, new_world
from integration.models.vocabulary import Role
from integration.processes.supervisor import Supervisor
from integration.settings import load

OTHER_SHOP = "kyoto-paper.myshopify.com"
_ORDERS = 40


@dataclass(frozen=True, slots=True)
class House:
    """What runs. `walk` does in the stores what a merchant did before the day began."""

    world: World
    walk: Walk

    @property
    def app(self) -> str:
        """Where Tillside is, without a trailing slash."""
        return self.world.app_origin

    @property
    def mail(self) -> Mailboxes:
        """The provider at which the customers have their mailboxes."""
        return mailboxes(self.walk)

    def connect(self) -> None:
        """A shop and a site of one merchant, read whole; and another merchant's shop."""
        self.walk.install(SHOP)
        self.walk.connect()
        stranger = WindowlessBrowser(self.walk.services.http)
        stranger.visit(f"{self.app}/shopify/install?shop={OTHER_SHOP}")
        self.walk.read(lambda _: None)

    def invite_owner(self, shop: str, email: str, name: str) -> str:
        """The link by which a shop's owner sets up their sign-in (`tillside agents invite`)."""
        services = self.walk.services
        store = next(each for each in list_stores(services) if each.domain == shop)
        workspace_id = workspace_of(services, int(store.id))
        with services.db.workspace(workspace_id, write=True) as session:
            now, role = services.now(), Role.OWNER
            link = invite(session, email=email, name=name, role=role, by=OPERATOR, now=now)
        return f"{self.app}/invitations/{link.token}"

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        """What a customer has got, the newest first."""
        return list(self.mail.received(address))


@contextmanager
def running_house(folder: Path) -> Iterator[House]:
    """Everything that a merchant has, its stores connected and read, as `tillside up` starts it."""
    world = new_world(folder)
    supervisor = Supervisor()
    try:
        supervisor.add("shop", world.shop_command(orders=_ORDERS), os.environ, stops_last=True)
        supervisor.add("site", world.site_command(orders=_ORDERS), os.environ, stops_last=True)
        supervisor.add("mail", world.mail_command(), os.environ, stops_last=True)
        running = start_everything(supervisor, {**os.environ, **world.settings()})
        walk = Walk(world, build_services(load(running), running))
        try:
            walk.await_parts()
            house = House(world, walk)
            house.connect()
            yield house
        finally:
            walk.services.db.dispose()
            walk.services.inbox.dispose()
    finally:
        supervisor.stop()
