"""Write build/sbom.json: what we depend on, with versions, hashes and licences (CycloneDX 1.6).

Of requirements.lock and of the extension's package-lock.json; what only development needs has the
scope `excluded`. Fails for a licence that isn't known, or that we may not use.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from scripts.licences import is_allowed, licence_of
from scripts.locked import LOCK, Package, locked_packages
from scripts.runtime_lock import runtime

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "build" / "sbom.json"
NPM_LOCK = ROOT / "ui_embed" / "shopify" / "package-lock.json"


def main() -> int:
    """0 where each licence is one that we may use."""
    components = [*python_components(), *npm_components()]
    refused = [why for each in components if (why := refusal(each)) is not None]
    for why in refused:
        print(f"sbom: {why}", file=sys.stderr)
    if refused:
        return 1
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(document(components), encoding="utf-8")
    print(f"sbom: {len(components)} packages and their licences in {FILE.relative_to(ROOT)}")
    return 0


def document(components: list[Component]) -> str:
    """The document."""
    bom = Bom(components=components)
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION,
        name="tillside",
        licenses=[LicenseFactory().make_from_string("MIT")],
        bom_ref="tillside",
    )
    bom.register_dependency(bom.metadata.component, components)
    return str(JsonV1Dot6(bom).output_as_string(indent=1))


def refusal(component: Component) -> str | None:
    """Why we may not use a package, None where we may."""
    told = next(iter(component.licenses), None)
    expression = told and (getattr(told, "value", None) or getattr(told, "id", None))
    if not expression:
        return f"{component.name}: its licence isn't known; see scripts/licences.py"
    if not is_allowed(component.name, expression):
        return f"{component.name}: {expression} isn't a licence that we may use"
    return None


def python_components(packages: list[Package] | None = None) -> Iterator[Component]:
    """The packages of requirements.lock."""
    runs = runtime(LOCK.read_text(encoding="utf-8"))
    for package in packages if packages is not None else locked_packages():
        hashes = [HashType(alg=HashAlgorithm.SHA_256, content=each) for each in package.hashes]
        yield _component(
            "pypi",
            package.name,
            package.version,
            licence_of(package.name),
            is_run=package.name in runs,
            hashes=hashes,
        )


def npm_components() -> Iterator[Component]:
    """The packages of the extension."""
    told: dict[str, Any] = json.loads(NPM_LOCK.read_text(encoding="utf-8"))["packages"]
    for place, each in told.items():
        name = place.rpartition("node_modules/")[2]
        if name:
            is_run = not each.get("dev", False)
            yield _component("npm", name, each["version"], each.get("license"), is_run=is_run)


def _component(
    kind: str, name: str, version: str, licence: str | None, *, is_run: bool, hashes: Any = ()
) -> Component:
    url = PackageURL(kind, name=name, version=version)
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        purl=url,
        bom_ref=str(url),
        scope=ComponentScope.REQUIRED if is_run else ComponentScope.EXCLUDED,
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
        hashes=hashes,
    )


if __name__ == "__main__":
    sys.exit(main())
