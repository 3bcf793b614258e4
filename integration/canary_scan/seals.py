"""Opening whatever is sealed, by the keys that stand now."""

import io
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from integration.canary_scan.tables import Opened
from integration.conversations.channels.keys import open_channel_key
from integration.crypto import CannotOpen, DataKey, associated, derive
from integration.install.keys import store_key
from integration.models import Attachment, Channel, Store
from integration.services import Services

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_Row = Mapping[str, Any]


class Seals:
    """The keys of an installation's stores and channels, each opened once."""

    def __init__(self, services: Services) -> None:
        self._secret = services.settings.secret_key.get_secret_value()
        self._stores: dict[int, DataKey] = {}
        self._channels: dict[int, DataKey] = {}
        self.unopened = 0
        with services.db.across_workspaces() as session:
            for store in session.execute(select(Store)).scalars():
                if store.data_key:
                    self._stores[store.id] = store_key(services.keyring, store)
            for channel in session.execute(select(Channel)).scalars():
                if channel.data_key:
                    self._channels[channel.id] = open_channel_key(services.keyring, channel)
            files = session.execute(select(Attachment.id, Attachment.key, Attachment.channel_id))
            self._files = {row.id: (row.key, row.channel_id) for row in files}

    def openers(self) -> dict[str, Opened]:
        """For each sealed column that can hold something of a person: how its rows open."""
        return {
            "messages.sealed_content": self._message,
            "conversations.preview": self._preview,
            "attachment_chunks.sealed_bytes": self._file,
            "arrivals.sealed_body": self._arrival,
            "deliveries.sealed_body": self._delivery,
            "delivery_works.sealed_mended_body": self._mended,
            "privacy_requests.sealed_subject": self._subject,
            "person_exports.sealed_file": self._export,
        }

    def _message(self, row: _Row) -> Iterator[bytes]:
        about = associated("messages", row["channel_id"], row["key"])
        return self._open(row["sealed_content"], [about], self._of_channel(row["channel_id"]))

    def _preview(self, row: _Row) -> Iterator[bytes]:
        about = associated("conversations", "preview", row["id"])
        return self._open(row["preview"], [about], self._of_channel(row["preview_channel_id"]))

    def _file(self, row: _Row) -> Iterator[bytes]:
        key, channel_id = self._files.get(row["attachment_id"], ("", 0))
        about = associated("attachment_chunks", key, row["number"])
        return self._open(row["sealed_bytes"], [about], self._of_channel(channel_id))

    def _arrival(self, row: _Row) -> Iterator[bytes]:
        about = associated("arrivals", row["channel_id"], bytes(row["dedupe_key"]).hex())
        return self._open(row["sealed_body"], [about], self._of_channel(row["channel_id"]))

    def _delivery(self, row: _Row) -> Iterator[bytes]:
        about = associated("deliveries", bytes(row["dedupe_key"]).hex())
        return self._open(row["sealed_body"], [about], self._of_store(row), zstd.decompress)

    def _mended(self, row: _Row) -> Iterator[bytes]:
        about = associated("delivery_works", row["delivery_id"])
        return self._open(row["sealed_mended_body"], [about], self._of_store(row))

    def _subject(self, row: _Row) -> Iterator[bytes]:
        kind, delivery_id = row["kind"], row["delivery_id"]
        abouts = [
            associated("privacy_requests", kind, delivery_id or 0),
            associated("privacy_requests", kind, "row", row["id"]),
        ]
        return self._open(row["sealed_subject"], abouts, self._of_store(row))

    def _export(self, row: _Row) -> Iterator[bytes]:
        about = associated("person_exports", bytes(row["token_digest"]).hex())
        keys = [*self._of_store(row), *self._stores.values()]
        for whole in self._open(row["sealed_file"], [about], keys):
            yield whole
            with zipfile.ZipFile(io.BytesIO(whole)) as packed:
                for name in packed.namelist():
                    yield name.encode()
                    yield packed.read(name)

    def _of_channel(self, channel_id: int | None) -> Sequence[DataKey]:
        key = self._channels.get(channel_id or 0)
        return [] if key is None else [key]

    def _of_store(self, row: _Row) -> Sequence[DataKey]:
        own = self._stores.get(row.get("store_id") or 0)
        labels = ["intake"]
        if row.get("workspace_id") is not None:
            labels.append(f"intake of {row['workspace_id']}")
        keys = [DataKey(derive(self._secret, label)) for label in labels]
        return keys if own is None else [own, *keys]

    def _open(
        self,
        sealed: bytes,
        abouts: Sequence[bytes],
        keys: Sequence[DataKey],
        unpack: Callable[[bytes], bytes] | None = None,
    ) -> Iterator[bytes]:
        for key in keys:
            for about in abouts:
                try:
                    plain = key.open(bytes(sealed), about)
                except CannotOpen:
                    continue
                yield plain
                if unpack is not None:
                    try:
                        yield unpack(plain)
                    except (zstd.ZstdError, zlib.error):
                        # It was sealed before bodies were packed.
                        continue
                return
        self.unopened += 1
