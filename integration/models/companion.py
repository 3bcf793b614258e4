"""What is kept of an installation besides its tokens: how its store signs what it sends us.

Rows end with their installation: what is signed later opens nothing.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import IMPERSONAL, BigId, Model, WorkspaceScoped, sealed


class WebhookKey(WorkspaceScoped, Model):
    """The address and the secret of a store's own webhooks.

    The token stands in the address; its digest finds the store, the token itself is sealed with the
    store's data key, as is the secret that deliveries are signed with.
    """

    __tablename__ = "webhook_keys"
    __table_args__ = (Index(None, "workspace_id"),)

    installation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("installations.id", ondelete="CASCADE"), primary_key=True
    )
    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    token_digest: Mapped[bytes] = mapped_column(unique=True, info=IMPERSONAL)
    sealed_token: Mapped[bytes] = mapped_column(info=sealed("secret"))
    sealed_secret: Mapped[bytes] = mapped_column(info=sealed("secret"))


class CompanionKey(WorkspaceScoped, Model):
    """What our part inside a store (a plugin) signs its tickets with.

    `public_id` names the installation to it. `greeted_at` is when it took the secret, None while
    there is none in the store that answered.
    """

    __tablename__ = "companion_keys"
    __table_args__ = (Index(None, "workspace_id"),)

    installation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("installations.id", ondelete="CASCADE"), primary_key=True
    )
    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    public_id: Mapped[str] = mapped_column(unique=True, info=IMPERSONAL)
    sealed_secret: Mapped[bytes] = mapped_column(info=sealed("secret"))
    greeted_at: Mapped[datetime | None]
