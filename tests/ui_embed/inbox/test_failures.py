"""What goes wrong with a message or an act is told, in the reader's language."""

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale

from integration.conversations.incoming.bounces import reason_of
from integration.models import Conversation
from tests.ui_embed.sites import FETCHED
from tests.ui_embed.world import World
from ui_embed.inbox.failures import SENTENCES, failure_words


def _told(world: World, locale: str, sentence: str) -> str:
    with world.app.test_request_context(), force_locale(locale):
        return failure_words(sentence)


@pytest.mark.parametrize(
    ("locale", "sentence", "words"),
    [
        ("en", "The mailbox is full.", "The mailbox is full."),
        ("el", "The mailbox is full.", "Το γραμματοκιβώτιο είναι γεμάτο."),
        (
            "he",
            "It was tried 5 times: The mail server doesn't answer.",
            "נוסה 5 פעמים: שרת הדואר לא עונה.",
        ),
        (
            "cs",
            "The mail server answered 552 5.2.2 100% full",
            "Poštovní server odpověděl 552: 5.2.2 100% full",
        ),
        ("pl", "larger than 25 MB", "większy niż 25 MB"),
        ("cs", "Refused for 1 of 2: a@b.example: 550", "Odmítnuto pro 1 z 2: a@b.example: 550"),
        ("el", "Something that nobody knows: 100%.", "Something that nobody knows: 100%."),
    ],
)
def test_a_failure_is_told_in_the_readers_language(
    world: World, locale: str, sentence: str, words: str
) -> None:
    assert _told(world, locale, sentence) == words


@pytest.mark.parametrize(
    "status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.2.1", "5.2.2", "5.2.3", "5.4.4", "5.4.7"]
)
def test_every_reason_why_a_mail_comes_back_is_translated(world: World, status: str) -> None:
    sentence = reason_of(status)[1]
    for locale in ("el", "he", "cs", "pl"):
        words = _told(world, locale, sentence)
        assert status in words
        assert sentence.partition(": ")[2].partition(" (")[0] not in words


def test_every_listed_sentence_has_its_translation(world: World) -> None:
    with world.app.test_request_context():
        for locale in ("el", "he", "cs", "pl"):
            with force_locale("en"):
                known = [str(each) for each in SENTENCES]
            with force_locale(locale):
                assert [each for each in known if failure_words(each) == each] == []


@pytest.mark.parametrize("until", ["2027-01-01T00:00:00", "9999-12-31T23:59:59-23:59", "x"])
def test_a_time_that_cant_be_meant_snoozes_nothing(
    world: World, owner: FlaskClient, made: dict[str, int], until: str
) -> None:
    data = {"status": "snoozed", "until": until}
    told = owner.post(
        f"/inbox/{made['asked']}/move",
        data=data,
        headers=FETCHED,
        base_url="https://localhost",
    )
    assert told.status_code in (303, 400)
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.get_one(Conversation, made["asked"]).status == "open"
