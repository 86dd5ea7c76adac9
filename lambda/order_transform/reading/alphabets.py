"""The letters beyond ASCII of the languages that orders are written in, and their old encodings.

Data only. An encoding stands before those that are rarer: where two read a file alike, the first
is named.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The small letters beyond ASCII of one language, the rare ones of them too.

    `weight` is how much a letter speaks for the language, 1 where nothing else looks like it.
    """

    language: str
    letters: frozenset[str]
    weight: float
    rare: frozenset[str]


def _alphabet(language: str, letters: str, weight: float = 1.0, rare: str = "") -> Alphabet:
    return Alphabet(language, frozenset(letters), weight, frozenset(rare))


def _range(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


_RUSSIAN = _range(0x430, 0x44F)

_WESTERN = (
    _alphabet("German", "äöüß"),
    _alphabet("French", "éèêàçùîïôûëœâ", 1.0, "œïë"),
    _alphabet("Spanish", "ñáéíóúü"),
    _alphabet("Portuguese", "ãõçáéíóúâêôà"),
    _alphabet("Italian", "àèéìòù"),
    _alphabet("Swedish or Finnish", "åäöé"),
    _alphabet("Danish or Norwegian", "åæøé"),
    _alphabet("Dutch", "ëïéèöüç"),
    _alphabet("Catalan", "àèéíòóúçïü", 0.9),
    _alphabet("Icelandic", "áðéíóúýþæö", 0.5),
    # A shop's products have names from everywhere: a Café set beside a Fußmatte.
    _alphabet("several languages", "äöüßéèêàçùîïôûëâñáíóúãõìòåæø", 0.5),
)
_CENTRAL = (
    _alphabet("Polish", "ąćęłńóśźż"),
    _alphabet("Czech or Slovak", "áčďéěíňóřšťúůýžľĺŕôä"),
    _alphabet("Hungarian", "áéíóöőúüű"),
    _alphabet("Romanian", "ăâîşţ"),
    _alphabet("Croatian or Slovenian", "čćđšž", 0.9),
    _alphabet("German", "äöüß"),
    _alphabet("several languages", "ąćęłńóśźżáčďéěíňřšťúůýžöőüűăâîşţđäß", 0.5),
)
_TURKISH = (_alphabet("Turkish", "çğıöşüâi\u0307"),)
_BALTIC = (
    _alphabet("Lithuanian", "ąčęėįšųūž"),
    _alphabet("Latvian", "āčēģīķļņšūž"),
    _alphabet("Estonian", "äõöüšž"),
)
_CYRILLIC = (
    _alphabet("Russian", _RUSSIAN + "ё", 1.0, "эфщъцюё"),
    _alphabet("Ukrainian", _RUSSIAN + "іїєґ", 0.98, "эфщъцюёыґ"),
    _alphabet("Bulgarian", _RUSSIAN, 0.97, "эфцюыщ"),
    _alphabet("Serbian or Macedonian", _RUSSIAN + "ђјљњћџѓѕќ", 0.95, "эфщъюыя"),
    _alphabet("Belarusian", _RUSSIAN + "ёіў", 0.95, "фщъцюи"),
)
_GREEK = (_alphabet("Greek", _range(0x3AC, 0x3CE), 1.0, "ξψζβφχΰϋ"),)
_HEBREW = (_alphabet("Hebrew", _range(0x5D0, 0x5EA)),)
_ARABIC = (_alphabet("Arabic", _range(0x621, 0x63A) + _range(0x641, 0x652) + "پچژگک"),)
_THAI = (_alphabet("Thai", _range(0xE01, 0xE3A) + _range(0xE40, 0xE4E), 0.75, "ฃฅฆฌฎฏฐฑฒฤฦฬฮฯ"),)

# Encodings with one byte per character, each with the languages that are written in it.
SINGLE_BYTE: dict[str, tuple[Alphabet, ...]] = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "cp1251": _CYRILLIC,
    "cp1254": _TURKISH,
    "cp1253": _GREEK,
    "cp1255": _HEBREW,
    "cp1256": _ARABIC,
    "cp1257": _BALTIC,
    "iso8859_2": _CENTRAL,
    "iso8859_7": _GREEK,
    "iso8859_15": _WESTERN,
    "cp874": _THAI,
    "koi8_u": _CYRILLIC,
    "cp866": _CYRILLIC,
    "iso8859_5": _CYRILLIC,
    "mac_roman": _WESTERN,
    "mac_latin2": _CENTRAL,
    "mac_cyrillic": _CYRILLIC,
    "cp850": _WESTERN,
    "cp852": _CENTRAL,
    "cp857": _TURKISH,
}

# Encodings of Latin letters alone.
LATIN = frozenset(
    encoding
    for encoding, alphabets in SINGLE_BYTE.items()
    if alphabets in (_WESTERN, _CENTRAL, _TURKISH, _BALTIC)
)

# Encodings of Macs before 2001, and of MS-DOS.
OLD_SYSTEMS = frozenset(name for name in SINGLE_BYTE if name.startswith(("mac", "cp85", "cp866")))

# Encodings of several bytes a character, each with its language.
MULTI_BYTE = {
    "gb18030": "Chinese",
    "big5": "Chinese",
    "cp932": "Japanese",
    "euc_jp": "Japanese",
    "cp949": "Korean",
}
