"""Names in any script of our users are set in a face that has their letters, in their own direction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinning.core.scripts import direction, marked, runs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pakkar Tannery, façade", [("", "Pakkar Tannery, façade")]),
        ("चमड़ा समूह", [("hi", "चमड़ा समूह")]),
        ("தோல்", [("ta", "தோல்")]),
        ("창원 漢字", [("ko", "창원 漢字")]),
        ("皮革集群", [("zh", "皮革集群")]),
        ("革のまち", [("ja", "革のまち")]),
        ("Ambur (ஆம்பூர்) 2010", [("", "Ambur ("), ("ta", "ஆம்பூர்) 2010")]),
        ("ورشة عمل UNIDO 2011", [("ar", "ورشة عمل UNIDO 2011")]),
    ],
)
def test_a_text_is_cut_where_the_script_changes(text, expected):
    assert runs(text) == expected


@given(st.text())
def test_nothing_is_lost_or_added(text):
    assert "".join(part for _language, part in runs(text)) == text


def test_only_what_needs_it_is_marked():
    assert marked("Ambur & Co") == "Ambur &amp; Co"
    assert marked("<b>창원") == '&lt;b&gt;<span lang="ko">창원</span>'
    assert marked("ورشة UNIDO") == '<span lang="ar" dir="rtl">ورشة UNIDO</span>'
    assert marked("UNIDO ورشة") == '<span lang="ar" dir="ltr">UNIDO ورشة</span>'


def test_the_first_letter_gives_the_direction():
    assert direction("2011: ورشة") == "rtl"
    assert direction("2011: workshop ورشة") == "ltr"
    assert direction("2011") == "ltr"
