"""From text to tokens: one way of writing characters, then words, numbers and signs with their meaning.

Everything here is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache

from .vocabulary import LANGUAGES, ROMAN, Kind

# Characters that show nothing: zero-width ones, direction marks, soft hyphen, variation selectors.
_INVISIBLE_RANGES = (
    (0x00AD, 0x00AD), (0x061C, 0x061C), (0x180E, 0x180E), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
)  # fmt: skip
_INVISIBLE = dict.fromkeys(code for first, last in _INVISIBLE_RANGES for code in range(first, last + 1))
_QUOTES = dict.fromkeys(map(ord, "’‘‛´`ʼ′"), "'") | dict.fromkeys(map(ord, "“”„«»″"), '"')
_DASHES = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0x2212, 0xFE58, 0xFE63], "-")
_TILDES = dict.fromkeys(map(ord, "∼〜～˜"), "~")
_MISC = {ord("→"): "-", ord("।"): ".", ord("॰"): ".", ord("、"): ",", ord("∕"): "/", ord("⁄"): "/"}
_CHARACTERS: dict[int, str | None] = {**_INVISIBLE, **_QUOTES, **_DASHES, **_TILDES, **_MISC}

# Vowel signs and accents belong to the word that they stand in, though "\w" does not count them as letters.
_MARKS = "".join(chr(code) for code in range(0x300, 0x1100) if unicodedata.category(chr(code))[0] == "M")
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<time>
        (?:(?<=\d)T|(?<!\d)) \d{{1,2}} : \d{{2}} (?: : \d{{2}} (?:[.,]\d{{1,9}})? )?
        (?:Z\b|[+-]\d{{2}}:?\d{{2}}\b)? (?: [ ]? (?:[ap]m\b|[ap]\.m\.) )?
      | (?<!\d) \d{{1,2}} (?:\.\d{{2}})? [ ]? (?:[ap]m\b|[ap]\.m\.)
      | (?<!\d) \d{{1,2}} h \d{{2}} \b )
    | (?P<number>[0-9]+)
    | (?P<dotted>(?:[^\W\d_]\.){{2,}})
    | (?P<word>(?:[^\W\d_][{_MARKS}]*)+)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_LATIN_ACCENTS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text: what it is, its folded form, its place, and whether it touches the one before."""

    kind: Kind
    text: str
    start: int
    end: int
    glued: bool
    value: int = 0


def clean(text: str) -> str:
    """The text with one form of each character: nothing invisible; plain dashes, quotes, digits, blanks."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text.translate(_CHARACTERS)).translate(_CHARACTERS)
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    if character.isdigit() and not character.isascii():
        digit = unicodedata.digit(character, None)
        return character if digit is None else str(digit)
    return " " if character.isspace() else character


def fold(word: str) -> str:
    """A word as it is looked up: no case, no Latin accents."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return unicodedata.normalize("NFC", _LATIN_ACCENTS.sub("", decomposed))


def tokenize(text: str) -> list[Token]:
    """Tokens of a cleaned text (see `clean`), each with its meaning."""
    return _join_unknown(_give_meaning(_raw_tokens(text)), text)


def _raw_tokens(text: str) -> list[Token]:
    """Words, numbers and signs without meaning yet."""
    tokens: list[Token] = []
    position, touching = 0, False
    while match := _TOKEN.match(text, position):
        group, start, position = match.lastgroup or "", match.start(), match.end()
        if group == "space":
            touching = False
            continue
        folded = fold(match.group())
        if group == "word" and text[position : position + 1] == "'" and folded + "'" in _elisions():
            folded, position = folded + "'", position + 1
        kind = _RAW_KINDS[group]
        if kind is Kind.WORD and len(folded) > 1 and _is_east_asian(folded[0]):
            tokens.extend(_split_run(folded, start, touching))
        else:
            value = int(folded[:12]) if kind is Kind.NUMBER else 0
            tokens.append(Token(kind, folded, start, position, touching and bool(tokens), value))
        touching = True
    return tokens


_RAW_KINDS = {
    "time": Kind.TIME,
    "number": Kind.NUMBER,
    "dotted": Kind.WORD,
    "word": Kind.WORD,
    "sign": Kind.PUNCTUATION,
}


def _is_east_asian(character: str) -> bool:
    return "\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3"


def _split_run(run: str, start: int, touching: bool) -> list[Token]:
    """Korean writes endings without a blank (일부터): split a run into known words, or leave it whole."""
    pieces: list[Token] = []
    position = 0
    singles = _singles()
    while position < len(run):
        for end in range(min(len(run), position + 8), position, -1):
            if run[position:end] in singles:
                break
        else:
            return [Token(Kind.WORD, run, start, start + len(run), touching)]
        glued = touching or position > 0
        pieces.append(Token(Kind.WORD, run[position:end], start + position, start + end, glued))
        position = end
    return pieces


def _give_meaning(tokens: list[Token]) -> list[Token]:
    """Look words and phrases up, the longest phrase first."""
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        known, length = _look_up(tokens, index)
        if known is None:
            result.append(token)
        else:
            last = tokens[index + length - 1]
            text = token.text if length == 1 else " ".join(t.text for t in tokens[index : index + length])
            result.append(Token(known[0], text, token.start, last.end, token.glued, known[1]))
        index += length
    return result


def _look_up(tokens: list[Token], index: int) -> tuple[tuple[Kind, int] | None, int]:
    token = tokens[index]
    for phrase, meaning in _phrases().get(token.text, ()):
        if tuple(t.text for t in tokens[index : index + len(phrase)]) == phrase:
            return meaning, len(phrase)
    before = tokens[index - 1] if index else None
    if token.glued and before and before.kind is Kind.NUMBER and token.text in _suffixes():
        return (Kind.ORDINAL, 0), 1
    if token.kind is not Kind.WORD:
        return None, 1
    if token.text in _UNIT_LETTERS and not _touches_small_number(tokens, index):
        return None, 1
    return _singles().get(token.text), 1


# Q3, T3, H1, S1 and 3T: single letters mean a part of a year only beside such a number.
_UNIT_LETTERS = frozenset("qths")


def _touches_small_number(tokens: list[Token], index: int) -> bool:
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    before = tokens[index - 1] if index else None
    if (
        after
        and after.glued
        and (after.kind is Kind.NUMBER and 1 <= after.value <= 4 and len(after.text) == 1)
    ):
        return True
    return bool(before and tokens[index].glued and before.kind is Kind.NUMBER and 1 <= before.value <= 4)


def _join_unknown(tokens: list[Token], text: str) -> list[Token]:
    """Join what is written together and means nothing, such as "B2B", "3D" and "CETP5", into one word."""
    result: list[Token] = []
    for token in tokens:
        before = result[-1] if result else None
        if before and token.glued and _are_one_word(before, token):
            joined = text[before.start : token.end]
            result[-1] = replace(before, kind=Kind.WORD, text=fold(joined), end=token.end, value=0)
        else:
            result.append(token)
    return result


def _are_one_word(one: Token, other: Token) -> bool:
    kinds = {one.kind, other.kind}
    if kinds == {Kind.WORD}:
        return not (_is_east_asian(one.text[0]) or _is_east_asian(other.text[0]))
    return kinds == {Kind.WORD, Kind.NUMBER} and one.text not in ROMAN


# --- look-up tables, built from the vocabulary when first needed ------------------------------------------


@cache
def _meanings() -> dict[str, tuple[Kind, int]]:
    """Every spelling with its meaning; the first language that has a spelling decides."""
    table: dict[str, tuple[Kind, int]] = {}
    for language in LANGUAGES:
        for number, spellings in enumerate(language.month_spellings, start=1):
            for spelling in spellings:
                table.setdefault(spelling, (Kind.MONTH, number))
        for kind, values in language.values.items():
            for spelling, value in values.items():
                table.setdefault(spelling, (kind, value))
        for kind, joined in language.words.items():
            if kind is not Kind.ORDINAL:
                for spelling in joined.split("|"):
                    table.setdefault(spelling, (kind, 0))
    for language in LANGUAGES:  # last: "mar" is a month before it is a Tuesday
        for spelling in language.weekdays.split():
            table.setdefault(spelling, (Kind.WEEKDAY, 0))
    return table


@cache
def _spelled() -> list[tuple[tuple[str, ...], tuple[Kind, int]]]:
    """Spellings as tuples of folded tokens."""
    return [(tuple(_plain_tokens(spelling)), meaning) for spelling, meaning in _meanings().items()]


def _plain_tokens(spelling: str) -> list[str]:
    """A spelling of the vocabulary cut as a text is, but without the look-ups that need the vocabulary."""
    pieces: list[str] = []
    text = clean(spelling)
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "space":
            continue
        follows_word = match.group() == "'" and pieces and match.start() and text[match.start() - 1].isalpha()
        if follows_word:
            pieces[-1] += "'"
        else:
            pieces.append(fold(match.group()))
    return pieces


@cache
def _singles() -> dict[str, tuple[Kind, int]]:
    table: dict[str, tuple[Kind, int]] = {}
    for words, meaning in _spelled():
        if len(words) == 1:
            table.setdefault(words[0], meaning)
    return table


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], tuple[Kind, int]]]]:
    table: dict[str, list[tuple[tuple[str, ...], tuple[Kind, int]]]] = {}
    for words, meaning in _spelled():
        if len(words) > 1:
            table.setdefault(words[0], []).append((words, meaning))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table


@cache
def _elisions() -> frozenset[str]:
    return frozenset(word for words, _ in _spelled() for word in words if word.endswith("'"))


@cache
def _suffixes() -> frozenset[str]:
    joined = "|".join(language.words.get(Kind.ORDINAL, "") for language in LANGUAGES)
    return frozenset(fold(suffix) for suffix in joined.split("|") if suffix)
