"""Every setting, command and route stands in the documents, and they name nothing else."""

import re
from collections.abc import Iterator

import click
import pytest
from flask import Flask

from integration.app import build_house, build_services, create_flask
from integration.cli import cli
from integration.setting_files import FILED
from integration.settings import Settings, load
from tests.architecture.sources import ROOT, files

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# What the standard library or a wheel reads, not we.
BESIDE = {"SSL_CERT_FILE"}


def _read(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


def _settings() -> set[str]:
    """The names of all settings: the application's, and those that platforms read themselves."""
    own = {name.upper() for name in Settings.model_fields}
    configs = [path for path in files(".py", under=("platforms",)) if path.stem == "config"]
    assert configs
    theirs = {
        found
        for path in configs
        for found in re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', path.read_text(encoding="utf-8"))
    }
    return own | theirs | {f"{name}_FILE" for name in FILED} | BESIDE


def _leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from _leaves(each, f"{path} {name}")
    else:
        yield path, command


def _routes() -> set[str]:
    """The routes of the table's first column."""
    return set(re.findall(r"^\| `[A-Z]+ (/\S*)` \|", _read("docs/routes.md"), re.MULTILINE))


def _as_written(rule: str) -> str:
    """A rule of Flask's as the documents write it, of the platform whose way that is."""
    written = re.sub(r"<[a-z]+:", "<", rule)
    hands_over = re.fullmatch(r"/<slug>/(?:connect|\w+/<token>)", written)
    return written.replace("/<slug>/", "/woocommerce/" if hands_over else "/shopify/")


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    environment = {
        "APP_URL": "https://tillside.example",
        "SECRET_KEY": "s" * 40,
        "ENCRYPTION_KEYS": f"k1:{'A' * 43}",
        "DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "s" * 40,
    }
    house = build_house()
    services = build_services(load(environment), environment, house=house)
    return create_flask(services, house)


def test_every_setting_has_its_line_and_every_line_its_setting() -> None:
    lines = set(re.findall(r"^\| `([A-Z_]+)` \|", _read("docs/settings.md"), re.MULTILINE))
    assert lines == _settings()


def test_the_example_has_every_setting_commented() -> None:
    text = _read(".env.example")
    assert set(re.findall(r"^# ([A-Z_]+)=", text, re.MULTILINE)) == _settings()
    assert re.findall(r"^[A-Z_]+=", text, re.MULTILINE) == []


def test_every_command_has_its_line_and_every_line_its_command() -> None:
    lines = re.findall(
        r"^\| `(tillside [a-z -]+[a-z])(?: [A-Z_]+)*` \|", _read("docs/commands.md"), re.MULTILINE
    )
    assert sorted(lines) == sorted(path for path, _ in _leaves(cli, "tillside"))


def test_every_option_stands_on_its_commands_line() -> None:
    lines = _read("docs/commands.md").splitlines()
    missing = {
        f"{path} {option}"
        for path, command in _leaves(cli, "tillside")
        for line in lines
        if re.match(rf"\| `{path}(?: [A-Z_]+)*` \|", line)
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in parameter.opts
        if option.startswith("--") and option != "--help" and option not in line
    }
    assert missing == set()


def test_every_route_stands_in_a_document(application: Flask) -> None:
    rules = {_as_written(rule.rule) for rule in application.url_map.iter_rules()}
    assert rules
    assert rules - _routes() == set()


def test_what_answers_before_flask_stands_in_a_document() -> None:
    routes = _routes()
    missing = {
        prefix
        for prefix in build_house().mounted
        if not any(route == prefix or route.startswith(f"{prefix}/") for route in routes)
    }
    assert missing == set()


def test_no_document_promises_a_route_that_there_is_not(application: Flask) -> None:
    rules = {_as_written(rule.rule) for rule in application.url_map.iter_rules()}
    served = tuple(build_house().mounted)
    assert {route for route in _routes() - rules if not route.startswith(served)} == set()


def test_links_between_documents_lead_somewhere() -> None:
    broken = {
        f"{path.relative_to(ROOT)}: {target}"
        for path in [*DOCUMENTS, *sorted((ROOT / "docs").rglob("*.md"))]
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    }
    assert broken == set()


def test_each_folder_of_integration_is_explained() -> None:
    """Those of privacy as well; and none that isn't there."""
    [part] = re.findall(
        r"^## The folders of .*?(?=^## )", _read("docs/development.md"), re.M | re.S
    )
    rows = re.findall(r"^\| (`.+?`) \| (.+) \|$", part, re.MULTILINE)
    told = {name for names, _ in rows for name in re.findall(r"`([a-z_]+)`", names)}
    rooms = {name for names, words in rows if names == "`privacy`"
             for name in re.findall(r"`([a-z_]+)`", words)}  # fmt: skip
    assert told == _packages("integration")
    assert rooms == _packages("integration/privacy")


def _packages(folder: str) -> set[str]:
    return {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")}


def test_every_file_that_a_document_names_is_there() -> None:
    tops = "integration|ui_embed|webhooks|platforms|channels|simulators|tests|bench|scripts|deploy"
    named = re.compile(rf"`((?:{tops})/[\w./-]+?)(?:::[\w:\[\]-]+)?`")
    gone = {
        f"{document.name}: {path}"
        for document in (*DOCUMENTS, ROOT / "SECURITY.md", ROOT / "CHANGELOG.md")
        for path in named.findall(document.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    }
    assert gone == set()
