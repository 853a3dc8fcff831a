"""Reports for donors, and letters, speak every language of LANGUAGES: no word of theirs stays English.

The words are found in the code itself: one that is added without its translations fails here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from clusters.models import Agreement, CDAEngagement, ComponentCluster, Decision
from diagnostics.rules.adoption import Dimension, SubDimension
from monitoring.models import Level, Outcome
from monitoring.queries.sources import VOCABULARY

ROOT = Path(settings.BASE_DIR)
LANGUAGES = sorted(code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)
SPOKEN = (
    *sorted(ROOT.glob("monitoring/reports/**/*.py")),
    *sorted(ROOT.glob("monitoring/queries/sources/*.py")),
    *sorted(ROOT.glob("twinning/core/charts/*.py")),
    ROOT / "monitoring/pictures.py",
    ROOT / "monitoring/rules/vocabulary.py",
    ROOT / "monitoring/rules/evaluation.py",
    ROOT / "monitoring/rules/iati/rules.py",
    ROOT / "diagnostics/rules/adoption.py",
    ROOT / "monitoring/queries/portfolio.py",
    ROOT / "monitoring/queries/to_date.py",
    ROOT / "clusters/queries/words.py",
    # Letters go out in the language of who gets them.
    ROOT / "monitoring/services/letters.py",
    ROOT / "twinning/core/letters.py",
)
CHOICES = (
    Level,
    Outcome.Kind,
    Agreement.Kind,
    Decision.Kind,
    ComponentCluster.Mode,
    CDAEngagement.Side,
    CDAEngagement.Function,
    Dimension,
    SubDimension,
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
# Context ("" for none), and one msgid or two.
Word = tuple[str, tuple[str, ...]]


def words_in(source: str) -> Iterator[Word]:
    """What a module gives to gettext, under whatever name it imported it."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            function = names[node.func.id]
            context, plural = "pgettext" in function, function.startswith("n")
            texts = [ast.literal_eval(text) for text in node.args[: 1 + context + plural]]
            yield (texts.pop(0) if context else "", tuple(texts))


def labels() -> Iterator[Word]:
    """The words that reports take from choices of models and from the fields of rules."""
    shown: list[Any] = [label for choices in CHOICES for _value, label in choices.choices]
    for vocabulary in VOCABULARY.values():
        shown.append(vocabulary.label)
        for field in vocabulary.fields.values():
            shown += [field.label, *(label for _value, label in field.choices)]
    with translation.override(None):
        yield from (("", (str(label),)) for label in shown if _is_word(label))


def _is_word(label: Any) -> bool:
    """C2C, C2B and B2B are the same in all languages, and are not given to gettext."""
    return isinstance(label, Promise)


def untold(words: Iterable[Word], catalogue: Catalog) -> list[Word]:
    """Those that a catalogue does not say, or says with other placeholders."""
    return [word for word in words if not _is_told(word, catalogue)]


def _is_told(word: Word, catalogue: Catalog) -> bool:
    context, texts = word
    found = catalogue.get(texts if len(texts) > 1 else texts[0], context or None)
    if found is None or found.fuzzy:
        return False
    strings = found.string if isinstance(found.string, (list, tuple)) else [found.string]
    said = [str(one or "") for one in strings]
    forms = catalogue.num_plurals if len(texts) > 1 else 1
    return len(said) == forms and all(one and _placeholders(one) == _placeholders(texts[0]) for one in said)


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with (ROOT / f"locale/{request.param}/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=request.param)


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_nothing_that_a_catalogue_does_not_know(path: Path, catalogue: Catalog) -> None:
    assert untold(words_in(path.read_text()), catalogue) == []


def test_choices_and_fields_of_rules_are_in_the_catalogue(catalogue: Catalog) -> None:
    found = list(labels())
    assert ("", ("memorandum of understanding",)) in found
    assert untold(found, catalogue) == []


def test_words_are_found_under_every_name_of_gettext() -> None:
    source = (
        "from django.utils.translation import gettext as _, ngettext, pgettext_lazy as said\n"
        "_('one ' 'word')\nngettext('%(n)d day', '%(n)d days', n)\nsaid('two figures', 'and')\nother('no')\n"
    )
    assert sorted(words_in(source)) == [
        ("", ("%(n)d day", "%(n)d days")),
        ("", ("one word",)),
        ("two figures", ("and",)),
    ]


def test_what_is_missing_half_said_or_said_of_something_else_is_not_told(catalogue: Catalog) -> None:
    small = Catalog(locale=catalogue.locale)
    small.add("told", "dit")
    small.add("guessed", "peut-être", flags=["fuzzy"])
    small.add("since %(year)d", "depuis %(an)d")
    small.add(("%(n)d day", "%(n)d days"), ("%(n)d jour", ""))
    known: list[Word] = [("", (text,)) for text in ("told", "guessed", "since %(year)d", "nowhere")]
    known.append(("", ("%(n)d day", "%(n)d days")))
    assert untold(known, small) == known[1:]
