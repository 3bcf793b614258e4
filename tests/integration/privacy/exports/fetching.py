"""How tests fetch an export, and look into it."""

import io
import json
import zipfile
from typing import Any

from integration.models import PersonExport, Store
from integration.privacy.exports.data_requests import fetch_export
from integration.services import Services
from tests.webhooks.parts import rows

BY = "agent:3"


def fetch(services: Services, store: Store, by: str = BY) -> bytes:
    [export] = rows(services, PersonExport)[-1:]
    return fetch_export(services, store.workspace_id, export.id, by=by, now=services.now())


def opened(file: bytes) -> tuple[dict[str, Any], zipfile.ZipFile]:
    archive = zipfile.ZipFile(io.BytesIO(file))
    return json.loads(archive.read("data.json")), archive
