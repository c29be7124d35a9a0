"""Text to terms: the same steps for knowledge and for questions.

Unicode is folded (NFKC, case, accents), words are stemmed (Snowball English), British and American
spellings meet. Stop words stay: they carry weight near zero, and removing them was measured to hurt.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product

import snowballstemmer

LONGEST_TEXT = 2_000_000
"""Characters that are looked at; a question is cut far shorter before it comes here."""
_KEPT_WORDS = 200_000
_LONGEST_KEPT = 500
"""Characters of a text whose words are remembered while an index is fitted."""

_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+(?:\+\+|#)?")
_APOSTROPHE = re.compile(r"(?<=\w)'(s\b)?")
_STRAIGHT = str.maketrans(dict.fromkeys("’‘ʼ`´′＇‛", "'"))
_SIGNS = _STRAIGHT | str.maketrans({sign: f" {digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})
"""Every apostrophe is one; a superscript is no digit of the number before it."""
_SIGN = re.compile(f"[{''.join(map(chr, _SIGNS))}]")
_DOTS = re.compile(r"\.[^\W\d_]\.")
_DOTTED = re.compile(r"(?<![\w.])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![\w.]))?")
"""Every acronym with dots has a letter between two, which is found far sooner than that it has none."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_VERSION = re.compile(r"[vV](?:(?<![^\W\d_].)\.? ?|(?<=(?i:[a-z]{2}).))(?=\d{1,2}(?!\d))")
"""What stands before the "v" is looked at behind it, so that no other letter is looked at at all."""
_MEDIA = {"txt": "text", "img": "image", "pic": "picture", "vid": "video"}
_MEDIUM = f"text|image|picture|video|speech|voice|audio|music|sound|code|sql|3d|{'|'.join(_MEDIA)}"
_INTO = re.compile(rf"\b({_MEDIUM})2({_MEDIUM})\b", re.IGNORECASE)
"""From one medium to another: text2speech, img2txt. Elsewhere "2" may be a part of the name, as in word2vec."""
_TOUCHING = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_SEAM = re.compile(r"(?<=[^\W\d_]{4})(?=\d)|(?<=\d)(?=(?:bits?|[kmgt]i?b|[mg]hz|tokens?|gpus?)\b)", re.IGNORECASE)
"""Between a name and its number, and between a number and its unit: only where a letter touches a digit, which is found far sooner."""
_DIGIT = re.compile(r"\d")
_HUMP = re.compile(r"[a-z0-9][A-Z]")
"""Every identifier has one; most texts have none, and looking for it costs far less than trying each word."""
_IDENTIFIER = re.compile(r"(?<![^\W_])(?:[a-z]+(?:[A-Z][a-z0-9]+)+|(?:[A-Z][a-z0-9]+){3,})\b")
_PART = re.compile(r"[A-Z]?[a-z0-9]+")
_MEANT = {
    "waht": "what", "wat": "what", "whta": "what", "hwat": "what", "wich": "which", "whihc": "which", "hwo": "who", "woh": "who",
    "wehn": "when", "whne": "when", "teh": "the", "thsi": "this", "liscense": "license", "lisence": "license",
    "licens": "license", "opne": "open", "lisense": "license", "licsense": "license", "souce": "source", "soruce": "source",
    "abt": "about", "wut": "what", "ppl": "people",
}  # fmt: skip
"""Words of form as people mistype or shorten them: too short to be repaired by their letters."""
_MISTYPED = re.compile(rf"\b(?:{'|'.join(_MEANT)})\b", re.IGNORECASE)
_STRETCHED = re.compile(r"(?P<letter>[^\W\d_])(?P=letter){2,}")
_MOST_STRETCHED = 3
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNUSUAL = re.compile(r"[^ -~]")
_KEPT_CHARACTERS = 4096
_DROPPED = {"Cf", "Cc", "Cs", "Co", "Mn", "Me"}
_IRREGULAR = {
    form: base
    for base, forms in {
        "be": "is are was were am been being",
        "do": "does did done doing",
        "have": "has had having",
        "can": "could",
        "will": "would",
        "a": "an",
        "make": "made",
        "give": "gave given",
        "get": "got gotten",
        "say": "said",
        "tell": "told",
        "write": "wrote written",
        "build": "built",
        "begin": "began begun",
        "buy": "bought",
        "sell": "sold",
        "find": "found",
        "go": "gonna",
        "want": "wanna",
        "got": "gotta",
        "you": "u ya",
        "your": "ur",
        "because": "cuz coz",
        "though": "tho",
        "about": "abt",
        "people": "ppl",
        "what": "wut wat",
        "let": "lemme",
    }.items()
    for form in forms.split()
}
"""Forms that no suffix rule connects: a stemmer would keep "what is" and "what are" apart; and what people write for others in a chat."""
FUNCTION_WORDS = frozenset(
    "a about all also and any as at be because but by can do for from get give have he her here him his how i if in into it its just "
    "like make may me might more most much must my no not of on one only or our out over please shall she should so some than that "
    "the their them then there these they this those to too under up us use very want we what when where which who whom whose why "
    "will with without you your".split()
)
"""Words that say nothing of what a question is about, in the form that irregular ones are brought to. They are indexed like all
others; but where a knowledge base happens to lack one, it is no sign that the question is about something else."""
_SPELLINGS = (
    ("is", re.compile(r"(?<=\w{3})is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)"), "iz"),
    ("our", re.compile(r"(?<=\w{2})our(?=(?:s|ed|ing|al|ful|ite|able)?$)"), "or"),
    ("ce", re.compile(r"^(licen|defen|offen|preten)ce"), r"\1se"),
    ("ogue", re.compile(r"(?<=\w{3})ogue(?=s?$)"), "og"),
)
"""Letters that a word must have, where they stand for another spelling, and what is written instead; most words have none of them."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as it stands there (folded), and the term that stands for it in the index."""

    surface: str
    term: str
    is_content: bool
    """As the function of this name says of the surface; a word is met often, and this is found out once."""


def fold(text: str) -> str:
    """Text without case, accents, invisible or control characters; unencodable ones dropped."""
    if text.isascii() and not _CONTROL.search(text):
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    if not decomposed.isascii() or _CONTROL.search(decomposed):
        decomposed = _UNUSUAL.sub(lambda found: _visible(found.group()), decomposed)
    return unicodedata.normalize("NFKC", decomposed.casefold())


@lru_cache(_KEPT_CHARACTERS)
def _visible(character: str) -> str:
    if character in "\n\t\r":
        return " "
    return "" if unicodedata.category(character) in _DROPPED else character


def straight(text: str) -> str:
    """Every sign that phones and keyboards put for an apostrophe becomes one."""
    return text.translate(_STRAIGHT)


def meant(text: str) -> str:
    """The same, with words of form as they are meant: "waht licens" asks for a license; such words are too short to be told by letters."""
    return _MISTYPED.sub(lambda word: _MEANT[word.group().lower()], straight(text))


def shortened(word: str) -> tuple[str, ...]:
    """What a word with stretched letters may stand for: each run of three and more as one letter or as two; none where none is stretched.

    >>> shortened("hellooo")
    ('hello', 'helloo')
    """
    if not 0 < len(_STRETCHED.findall(word)) <= _MOST_STRETCHED:
        return ()
    runs = ("".join(run) for _, run in groupby(word))
    pieces = [(run[0], run[0] * 2) if _STRETCHED.fullmatch(run) else (run,) for run in runs]
    return tuple(map("".join, product(*pieces)))


def one_form(text: str) -> str:
    """Bring what people write in several ways to one.

    Acronyms with dots, "v" before a version, apostrophes, names with their number, "2" between media.

    >>> one_form("the E.U.'s GPLv3 and Llama3, 10,000 times")
    "the EU's GPL 3 and Llama 3, 10000 times"
    """
    if _SIGN.search(text):
        text = text.translate(_SIGNS)
    if _DOTS.search(text):
        text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    if _DIGIT.search(text):
        joined = _TOUCHING.search(text) is not None
        text = _VERSION.sub(" ", _THOUSANDS.sub("", _INTO.sub(_into, text) if joined else text))
        if joined:
            text = _SEAM.sub(" ", text)
    if _HUMP.search(text):
        text = _IDENTIFIER.sub(lambda found: f"{found.group()} {' '.join(_PART.findall(found.group()))}", text)
    return text


def _into(found: re.Match[str]) -> str:
    return " to ".join(_MEDIA.get(medium.lower(), medium) for medium in found.groups())


def base_form(surface: str) -> str:
    """Brings an irregular form to the one it is indexed under; any other word stays as it is."""
    return _IRREGULAR.get(surface, surface)


def is_content(surface: str) -> bool:
    """Whether a folded word can say what a text is about, which function words cannot."""
    return base_form(surface) not in FUNCTION_WORDS


class _Words(dict[str, Word]):
    """Folded words, made as they are first met; so many are remembered."""

    def __init__(self) -> None:
        super().__init__()
        self._stemmer = snowballstemmer.stemmer("english")

    def __missing__(self, surface: str) -> Word:
        spelled = base_form(surface)
        for letters, pattern, replacement in _SPELLINGS:
            if letters in spelled:
                spelled = pattern.sub(replacement, spelled)
        word = Word(surface, str(self._stemmer.stemWord(spelled)) if spelled.isalpha() else spelled, is_content(surface))
        if len(self) < _KEPT_WORDS:
            self[surface] = word
        return word


class Analyzer:
    """Turns text into terms, and remembers the words it has met."""

    def __init__(self) -> None:
        self._words = _Words()

    def __reduce__(self) -> tuple[type[Analyzer], tuple[()]]:
        """Rebuild it empty: the stemmer in C cannot be handed over."""
        return Analyzer, ()

    def words(self, text: str) -> list[Word]:
        """In order, function words too, each with the term that stands for it."""
        folded = fold(one_form(text[:LONGEST_TEXT]))
        if "'" in folded:
            folded = _APOSTROPHE.sub("", folded)
        return list(map(self._words.__getitem__, _WORD.findall(folded)))

    def terms(self, text: str) -> list[str]:
        """In order, with repetitions: what texts are compared by."""
        return [word.term for word in self.words(text)]

    def stem(self, surface: str) -> str:
        """The term of one word that is folded already, without the cost of reading a text."""
        return self._words[surface].term


class RememberingAnalyzer(Analyzer):
    """Remembers the words of whole texts too, for fitting: each stage reads the same questions and messages again.

    A section's text is read once, and is too long to be remembered.
    """

    def __init__(self) -> None:
        super().__init__()
        self._texts: dict[str, list[Word]] = {}

    def words(self, text: str) -> list[Word]:
        """As ``Analyzer.words``; the list is not to be changed."""
        held = self._texts.get(text)
        if held is None:
            held = super().words(text)
            if len(text) <= _LONGEST_KEPT and len(self._texts) < _KEPT_WORDS:
                self._texts[text] = held
        return held
