"""The words that are not dates: labels of the dates beside them, or facts such as "ongoing"."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from .grammar import Chain, Parsed, parse
from .spans import Span
from .vocabulary import Kind


@dataclass(slots=True)
class Facts:
    """A text understood without its surroundings. `chain_of[i]`: number of the chain of span i."""

    spans: tuple[Span, ...] = ()
    chain_of: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()  # words that were kept beside dates
    unread: tuple[str, ...] = ()  # words of a text without any date, or words that may change the dates
    ongoing: bool = False
    unknown: str = ""
    tentative: bool = False


@dataclass(slots=True)
class Fragment:
    """Neighbouring left-over words, with what they lean on."""

    tokens: list[int] = field(default_factory=list)
    bracketed: bool = False  # stands wholly in brackets
    and_before: bool = False
    and_after: bool = False
    break_before: bool = False  # a semicolon stands between the date before and the words
    break_after: bool = False


@lru_cache(maxsize=8192)
def understand(text: str) -> Facts:
    """Spans with their labels, and the facts that the other words state. The answer must not be changed."""
    parsed = parse(text)
    facts = Facts()
    chains = [list(chain.spans) for chain in parsed.chains]
    labels: list[str] = []
    unread: list[str] = []
    for number, run in enumerate(_runs(parsed)):
        before = number - 1 if number else None
        after = number if number < len(chains) else None
        if before is not None and after is not None and _is_bracket_or_colon(parsed, run):
            chains[after][0] = replace(chains[after][0], refines=True)
        for fragment in _fragments(parsed, run):
            words = _words(parsed, fragment, facts, alone=not chains)
            if not words:
                continue
            if _may_change_dates(parsed, fragment) or not chains:
                unread.append(words)
            if not chains:
                continue
            labels.append(words)
            if _leans_back(parsed, fragment, before, after):
                chains[before or 0][-1] = _labelled(chains[before or 0][-1], words)
            else:
                chains[after or 0] = [_labelled(span, words) for span in chains[after or 0]]
    facts.spans = tuple(span for chain in chains for span in chain)
    facts.chain_of = tuple(number for number, chain in enumerate(chains) for _ in chain)
    facts.labels, facts.unread = tuple(labels), tuple(unread)
    return facts


def _labelled(span: Span, words: str) -> Span:
    return replace(span, label=f"{span.label}; {words}" if span.label else words)


def _runs(parsed: Parsed) -> list[list[int]]:
    """Left-over tokens before, between and behind the chains: one list more than there are chains."""
    runs: list[list[int]] = [[] for _ in range(len(parsed.chains) + 1)]
    number = 0
    for index in parsed.rest:
        while number < len(parsed.chains) and parsed.chains[number].start < index:
            number += 1
        runs[number].append(index)
    return runs


def _is_bracket_or_colon(parsed: Parsed, run: list[int]) -> bool:
    return [parsed.tokens[index].text for index in run] in (["("], [":"])


def _fragments(parsed: Parsed, run: list[int]) -> list[Fragment]:
    """Cut a run at brackets and semicolons."""
    fragments: list[Fragment] = []
    current = Fragment()
    opened = False
    broken = False
    for index in run:
        sign = parsed.tokens[index].text if parsed.tokens[index].kind is Kind.PUNCTUATION else ""
        if sign not in ("(", ")", ";", "[", "]") or not sign:
            current.tokens.append(index)
            continue
        if current.tokens:
            current.bracketed = opened and sign in ")]"
            current.break_before = broken
            fragments.append(current)
        opened = sign in "(["
        if sign == ";":
            broken = True
            for fragment in fragments:
                fragment.break_after = True
        current = Fragment()
    if current.tokens:
        current.break_before = broken
        fragments.append(current)
    return fragments


_FACT_KINDS = {Kind.ONGOING, Kind.UNKNOWN, Kind.TENTATIVE, Kind.EXPECTED}
_EDGE_KINDS = {
    Kind.AND, Kind.FILLER, Kind.FROM, Kind.TO, Kind.PUNCTUATION, Kind.WEEKDAY, Kind.ABOUT, Kind.TIME, Kind.OR,
}  # fmt: skip


def _words(parsed: Parsed, fragment: Fragment, facts: Facts, *, alone: bool) -> str:
    """The fragment's own words, without joining words at its edges; facts that it states go into `facts`."""
    kinds = [parsed.tokens[index].kind for index in fragment.tokens]
    fragment.and_before = kinds[0] is Kind.AND
    fragment.and_after = kinds[-1] is Kind.AND
    facts.tentative = facts.tentative or Kind.TENTATIVE in kinds or Kind.EXPECTED in kinds
    facts.ongoing = facts.ongoing or Kind.ONGOING in kinds
    only_facts = all(kind in _FACT_KINDS or kind in _EDGE_KINDS for kind in kinds)
    if only_facts and (Kind.UNKNOWN in kinds or (alone and not _FACT_KINDS & set(kinds))):
        facts.unknown = _slice(parsed, fragment.tokens)
    if only_facts:
        return ""
    inner = _strip(parsed, fragment.tokens)
    return _slice(parsed, inner) if inner else ""


def _strip(parsed: Parsed, tokens: list[int]) -> list[int]:
    def is_edge(index: int) -> bool:
        token = parsed.tokens[index]
        quote = token.kind is Kind.PUNCTUATION and token.text in "\"'?!%"
        return not quote and (token.kind in _EDGE_KINDS or token.kind in _FACT_KINDS)

    first, last = 0, len(tokens)
    while first < last and is_edge(tokens[first]):
        first += 1
    while last > first and is_edge(tokens[last - 1]):
        last -= 1
    return tokens[first:last]


def _slice(parsed: Parsed, tokens: list[int]) -> str:
    return parsed.text[parsed.tokens[tokens[0]].start : parsed.tokens[tokens[-1]].end]


def _may_change_dates(parsed: Parsed, fragment: Fragment) -> bool:
    """Numbers, and words such as "before" or "postponed", may mean that the dates are other ones."""
    return any(
        parsed.tokens[index].kind in (Kind.SHIFTING, Kind.NUMBER, Kind.MONTH, Kind.UNTIL)
        for index in fragment.tokens
    )


def _leans_back(parsed: Parsed, fragment: Fragment, before: int | None, after: int | None) -> bool:
    """True when the words belong to the dates before them."""
    if before is None or after is None:
        return before is not None
    if fragment.bracketed or fragment.break_after:
        return True
    if fragment.break_before or fragment.and_before:
        return False
    return fragment.and_after or _starts_with_date(parsed, parsed.chains[0])


def _starts_with_date(parsed: Parsed, first: Chain) -> bool:
    """In a text that starts with a date, words follow their dates; else they stand before them."""
    return all(parsed.tokens[index].kind in _EDGE_KINDS for index in range(first.start))
