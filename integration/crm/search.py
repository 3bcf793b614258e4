"""Finding people: it lives in `integration.search` now."""

from integration.search.find import search_profiles as search_profiles
from integration.search.found import FoundProfile as FoundProfile
