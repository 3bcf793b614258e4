"""The file that outlives the database: torn lines, odd ones."""

import pytest

from integration.errors import Invalid
from integration.models import Store
from integration.privacy.restoring.journal import journal_file, read
from integration.services import Services
from tests.security.erased_person import erase


def test_a_torn_line_is_passed_over_and_the_next_one_begins_anew(
    services: Services, store: Store
) -> None:
    erase(services, store)
    file = journal_file(services.settings.data_dir)
    assert (file.stat().st_mode & 0o777) == 0o600
    before = len(list(read(file)))
    with file.open("a") as torn:
        torn.write('{"v":1,"kind":"pers')
    erase(services, store)
    assert len(list(read(file))) == before + 2
    with file.open("a") as odd:
        odd.write('{"v":1,"kind":"person"}\n')
    with pytest.raises(Invalid, match="no line of a journal"):
        list(read(file))
