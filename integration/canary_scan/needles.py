"""What is looked for, in the forms in which it may stand somewhere."""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from integration.errors import Invalid
from integration.texts.folding import fold

# Anything shorter stands everywhere by chance.
SHORTEST = 5


class Needles:
    """Texts to look for, in any case; as UTF-8, escaped in JSON, in addresses, and in base64."""

    def __init__(self, texts: Iterable[str]) -> None:
        plain = sorted({text.strip() for text in texts if text.strip()})
        if not plain:
            raise Invalid("there is nothing to look for")
        if any(len(text) < SHORTEST for text in plain):
            raise Invalid(f"a canary has {SHORTEST} letters at least: shorter ones are everywhere")
        forms = {form for text in plain for form in _forms(text)}
        self._pattern = re.compile(b"|".join(re.escape(form) for form in sorted(forms)))
        self._is_foreign = not all(form.isascii() for form in forms)
        self.longest = max(map(len, forms))

    def stand_in(self, value: object) -> bool:
        """Whether any stands in a value: text, bytes, or lists and mappings of such."""
        if isinstance(value, str):
            return self._stand_in_bytes(value.lower().encode(errors="surrogatepass"))
        if isinstance(value, memoryview):
            return self.stand_in(value.tobytes())
        if isinstance(value, bytes):
            return self._stand_in_bytes(value.lower()) or self._unpacked(value)
        if isinstance(value, dict):
            return any(self.stand_in(each) for pair in value.items() for each in pair)
        if isinstance(value, list | tuple | set | frozenset):
            return any(map(self.stand_in, value))
        return False

    def _stand_in_bytes(self, folded: bytes) -> bool:
        if self._pattern.search(folded) is not None:
            return True
        # Only ASCII letters have one case in bytes.
        if not self._is_foreign or folded.isascii():
            return False
        other = folded.decode(errors="ignore").lower().encode()
        return self._pattern.search(other) is not None

    def _unpacked(self, value: bytes) -> bool:
        """Jobs' arguments and errors are packed."""
        if value[:1] != b"\x78":
            return False
        try:
            return self._stand_in_bytes(zlib.decompress(value).lower())
        except zlib.error:
            return False


def _forms(text: str) -> Iterator[bytes]:
    for one in {text, text.lower(), fold(text)}:
        if len(one) < SHORTEST:
            continue
        plain = one.encode()
        yield plain.lower()
        yield json.dumps(one)[1:-1].encode().lower()
        yield quote(one, safe="").encode().lower()
    # Whole groups of three letters only: what begins elsewhere has other letters around it.
    for start in range(3):
        whole = text.encode()[start:]
        packed = base64.b64encode(whole[: len(whole) // 3 * 3]).lower()
        if len(packed) >= 2 * SHORTEST:
            yield packed
