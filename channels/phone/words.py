"""What a call's message says, in the channel's language: agents read it in the inbox."""

from collections.abc import Mapping

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "ringing": "Incoming call",
        "missed": "Missed call. Nobody answered.",
        "busy": "Missed call: the line was busy.",
        "canceled": "Missed call: the caller hung up.",
        "failed": "A call couldn't be connected.",
        "voicemail": "Missed call: the caller left a message.",
        "answered": "Phone call",
        "called": "We called",
        "recorded": "The call was recorded.",
    },
    "el": {
        "ringing": "Εισερχόμενη κλήση",
        "missed": "Αναπάντητη κλήση. Κανείς δεν απάντησε.",
        "busy": "Αναπάντητη κλήση: η γραμμή ήταν κατειλημμένη.",
        "canceled": "Αναπάντητη κλήση: ο καλών έκλεισε.",
        "failed": "Μια κλήση δεν μπόρεσε να συνδεθεί.",
        "voicemail": "Αναπάντητη κλήση: ο καλών άφησε μήνυμα.",
        "answered": "Τηλεφωνική κλήση",
        "called": "Καλέσαμε εμείς",
        "recorded": "Η κλήση ηχογραφήθηκε.",
    },
    "he": {
        "ringing": "שיחה נכנסת",
        "missed": "שיחה שלא נענתה. איש לא ענה.",
        "busy": "שיחה שלא נענתה: הקו היה תפוס.",
        "canceled": "שיחה שלא נענתה: המתקשר ניתק.",
        "failed": "לא ניתן היה לחבר שיחה.",
        "voicemail": "שיחה שלא נענתה: המתקשר השאיר הודעה.",
        "answered": "שיחת טלפון",
        "called": "התקשרנו",
        "recorded": "השיחה הוקלטה.",
    },
    "cs": {
        "ringing": "Příchozí hovor",
        "missed": "Zmeškaný hovor. Nikdo ho nepřijal.",
        "busy": "Zmeškaný hovor: linka byla obsazená.",
        "canceled": "Zmeškaný hovor: volající zavěsil.",
        "failed": "Hovor se nepodařilo spojit.",
        "voicemail": "Zmeškaný hovor: volající zanechal vzkaz.",
        "answered": "Telefonní hovor",
        "called": "Volali jsme",
        "recorded": "Hovor byl nahrán.",
    },
    "pl": {
        "ringing": "Połączenie przychodzące",
        "missed": "Nieodebrane połączenie. Nikt nie odebrał.",
        "busy": "Nieodebrane połączenie: linia była zajęta.",
        "canceled": "Nieodebrane połączenie: dzwoniący się rozłączył.",
        "failed": "Nie udało się zestawić połączenia.",
        "voicemail": "Nieodebrane połączenie: dzwoniący zostawił wiadomość.",
        "answered": "Rozmowa telefoniczna",
        "called": "Zadzwoniliśmy",
        "recorded": "Rozmowa została nagrana.",
    },
}


def sentence(what: str, locale: str | None, seconds: int | None = None) -> str:
    """What is said of it, with the call's length as minutes and seconds where it is known."""
    words = _WORDS.get((locale or "en").partition("-")[0].lower(), _WORDS["en"])
    said = words.get(what, words["missed"])
    return said if not seconds else f"{said}, {seconds // 60}:{seconds % 60:02d}"
