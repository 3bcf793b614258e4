"""The report's page, API and file: what they show, to whom, and that nothing in them runs."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.models import Agent, Conversation, PeopleExport
from tests.factories.conversations import mail_of
from tests.ui_embed.api.conversing import Mailbox
from tests.ui_embed.sites import ELSEWHERE, SAME
from tests.ui_embed.world import NOW, OTHER_DOMAIN, World


@pytest.fixture
def answered(world: World) -> int:
    """A mail that was answered after a minute and resolved after an hour; who answered."""
    mailbox = Mailbox(world)
    ada = mailbox.add_agent('=HYPERLINK("http://x")<b>')
    number = mailbox.receive(mail_of()).conversation_id
    mailbox.receive(mail_of("other@mail.example"))
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        row = session.get_one(Conversation, number)
        row.first_answered_by, row.answered_seconds, row.answered_office_seconds = ada, 60, 30
        row.resolved_by, row.resolved_seconds, row.first_contact = ada, 3600, True
        row.status, row.rating = "resolved", 5
    return ada


def test_an_empty_report_says_so(world: World, owner: FlaskClient) -> None:
    page = owner.get("/reports")
    assert page.status_code == 200
    assert "Nobody wrote in this time" in page.text
    assert 'class="plot-drawing"' not in page.text


def test_the_page_has_figures_plots_and_tables(
    world: World, owner: FlaskClient, answered: int
) -> None:
    page = owner.get("/reports?days=7")
    assert page.status_code == 200, page.text
    assert "9 of 10 within" in page.text
    assert page.text.count('class="plot-drawing"') == 2
    assert "1 without an answer yet" in page.text
    assert '<h2 id="by-channels">By channel</h2>' in page.text
    assert '<h2 id="by-agents">By agent</h2>' in page.text
    assert "&lt;b&gt;" in page.text
    assert "<b>" not in page.text
    assert page.text.count('<tr><th scope="row"><time') == 1


@pytest.mark.parametrize("locale", ["he", "el", "cs", "pl"])
def test_it_stands_in_each_language(
    world: World, owner: FlaskClient, answered: int, locale: str
) -> None:
    page = owner.get("/reports", headers={"Accept-Language": locale})
    assert page.status_code == 200
    assert f'lang="{locale}"' in page.text
    assert ('dir="rtl"' in page.text) is (locale == "he")


@pytest.mark.parametrize("query", ["days=9999", "from=x", "kind=pigeon", "days=1&days=2"])
def test_what_cant_be_understood_is_refused(
    world: World, owner: FlaskClient, client: FlaskClient, query: str
) -> None:
    assert owner.get(f"/reports?{query}").status_code == 400
    api = client.get(f"/api/v1/reports/conversations?{query}", headers=world.bearer())
    assert (api.status_code, api.json["error"]["message"] != "") == (400, True)


def test_the_api_tells_the_same(world: World, client: FlaskClient, answered: int) -> None:
    at = "/api/v1/reports/conversations"
    told = client.get(f"{at}?days=7", headers=world.bearer()).json
    assert (told["begins"], told["ends"], told["zone"]) == (
        "2026-11-16",
        "2026-11-22",
        "Europe/Athens",
    )
    assert told["figures"]["answered"] == {"count": 1, "median": 60, "p90": 60}
    assert told["figures"]["first_contact_rate"] == 1.0
    assert [each["conversations"] for each in told["days"]] == [0] * 6 + [2]
    assert told["days"][-1]["written_in"] == 2
    foreign = client.get(f"{at}?agent={answered}", headers=world.bearer(OTHER_DOMAIN))
    assert foreign.status_code == 404
    other = client.get(at, headers=world.bearer(OTHER_DOMAIN)).json
    assert other["figures"]["conversations"] == 0
    assert client.get(at).status_code == 401


def test_the_file_runs_nothing_and_is_written_down(
    world: World, owner: FlaskClient, answered: int
) -> None:
    file = owner.get("/reports/conversations.csv?days=7", headers=SAME)
    assert file.status_code == 200, file.text
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert (
        'filename="tillside-report-2026-11-16-2026-11-22.csv"'
        in (file.headers["Content-Disposition"])
    )
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    (whole,) = [row for row in rows if row["by"] == "all"]
    assert (whole["conversations"], whole["answer_median_seconds"], whole["rating"]) == (
        "2",
        "60",
        "5.0",
    )
    assert [row["key"] for row in rows if row["by"] == "day"][-1] == "2026-11-22"
    (agent,) = [row for row in rows if row["by"] == "agent"]
    assert agent["name"].startswith("'=")
    with world.services.db.workspace(world.workspace_id) as session:
        (taken,) = session.query(PeopleExport).all()
        assert (taken.what, taken.people, taken.ended_at) == ("report", 0, NOW)
    listed = owner.get("/segments")
    assert "A report on conversations" in listed.text


def test_who_may_not_take_the_file(world: World, owner: FlaskClient, client: FlaskClient) -> None:
    at = "/reports/conversations.csv"
    assert owner.get(at, headers=ELSEWHERE).status_code in (401, 403)
    agents = client.get(at, headers=world.bearer())
    assert agents.status_code == 403
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.query(PeopleExport).count() == 0


def test_a_long_report_is_read_once_in_five_minutes(
    world: World, client: FlaskClient, answered: int
) -> None:
    at = "/api/v1/reports/conversations?days=90"
    first = client.get(at, headers=world.bearer()).json
    mailbox = Mailbox(world)
    mailbox.receive(mail_of("third@mail.example"), now=NOW - timedelta(hours=1))
    assert client.get(at, headers=world.bearer()).json == first
    short: Any = client.get("/api/v1/reports/conversations?days=7", headers=world.bearer()).json
    assert short["figures"]["conversations"] == 3
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.query(Agent).count() >= 1
