"""Ways of writing a period, one line each: what the next sheet may print."""

from __future__ import annotations

import pytest

from twinning.core.periods import Context, Flag, read

FORMS = {
    "separators": [
        ("Jan - Feb 2010", "2010-01/2010-02"),
        ("Jan–Feb 2010", "2010-01/2010-02"),
        ("Jan — Feb 2010", "2010-01/2010-02"),
        ("Jan. − Feb. 2010", "2010-01/2010-02"),
        ("January/February 2010", "2010-01/2010-02"),
        ("Jan to Feb 2010", "2010-01/2010-02"),
        ("Jan till Feb 2010", "2010-01/2010-02"),
        ("Jan through Feb 2010", "2010-01/2010-02"),
        ("from January until February 2010", "2010-01/2010-02"),
        ("between Jan and Feb 2010", "2010-01/2010-02"),
        ("Jan & Mar 2010", "{2010-01,2010-03}"),
        ("Jan, Mar and May 2010", "{2010-01,2010-03,2010-05}"),
        ("Jan 2010; Mar 2010", "{2010-01,2010-03}"),
        ("30.1.2010 - 3.2.2010", "2010-01-30/2010-02-03"),
        ("30.1.-3.2.2010", "2010-01-30/2010-02-03"),
        ("22-24/09/2008", "2008-09-22/2008-09-24"),
    ],
    "days": [
        ("30 January 2010", "2010-01-30"),
        ("30th of January, 2010", "2010-01-30"),
        ("January 30, 2010", "2010-01-30"),
        ("Jan-30-2010", "2010-01-30"),
        ("30-Jan-10", "2010-01-30"),
        ("30Jan2010", "2010-01-30"),
        ("2010 January 30", "2010-01-30"),
        ("Sat, 30 Jan 2010", "2010-01-30"),
        ("30 Jan 2010 (Sat)", "2010-01-30"),
        ("Mon 1 - Wed 3 Feb 2010", "2010-02-01/2010-02-03"),
        ("30-Jan-3Feb 2010", "2010-01-30/2010-02-03"),
        ("28-3 Feb 2010", "2010-01-28/2010-02-03"),
        ("5, 12 and 19 May 2010", "{2010-05-05,2010-05-12,2010-05-19}"),
        ("May 5, 12 and 19, 2010", "{2010-05-05,2010-05-12,2010-05-19}"),
        ("5 to 12 and 19 May 2010", "{2010-05-05..2010-05-12,2010-05-19}"),
        ("April 4 to 27 and 18 May 2008", "{2008-04-04..2008-04-27,2008-05-18}"),
        ("June 2010 (12-14 June)", "2010-06-12/2010-06-14"),
        ("5 May 2010 10:30-17:00", "2010-05-05"),
        ("5 May 2010, 10 a.m. to 4 p.m.", "2010-05-05"),
        ("2010-01-30 00:00:00", "2010-01-30"),
        ("2010-01-30T10:30:00+05:30", "2010-01-30"),
        ("20100130", "2010-01-30"),
    ],
    "months and years": [
        ("Sep-07", "2007-09"),
        ("Sept. 2007", "2007-09"),
        ("SEPTEMBER 2007", "2007-09"),
        ("Sep '07", "2007-09"),
        ("09/2007", "2007-09"),
        ("9.2007", "2007-09"),
        ("2007-09", "2007-09"),
        ("05-07/2010", "2010-05/2010-07"),
        ("2010: Jan, Mar", "{2010-01,2010-03}"),
        ("2010 (March)", "2010-03"),
        ("Dec - Feb 2010", "2009-12/2010-02"),
        ("Dec 2009 - Feb", "2009-12/2010-02"),
        ("Nov, Dec and Jan 2010", "{2009-11,2009-12,2010-01}"),
        ("Jan-Mar and Sep-Oct 2010", "{2010-01..2010-03,2010-09..2010-10}"),
        ("2009 to 2012", "2009/2012"),
        ("2012-15", "2012/2015"),
        ("Mar-69", "2069-03"),
        ("Mar-70", "1970-03"),
        ("1850", "1850"),
    ],
    "parts of a year": [
        ("Q3 2010", "2010-07/2010-09"),
        ("2010-Q3", "2010-07/2010-09"),
        ("Q3'10", "2010-07/2010-09"),
        ("3rd quarter of 2010", "2010-07/2010-09"),
        ("third quarter 2010", "2010-07/2010-09"),
        ("Q1 - Q3 2010", "2010-01/2010-09"),
        ("H1 2010", "2010-01/2010-06"),
        ("second half of 2010", "2010-07/2010-12"),
        ("summer 2010", "2010-06~/2010-08~"),
        ("FY 2009-10", "2009-04/2010-03"),
        ("F.Y. 2009/2010", "2009-04/2010-03"),
        ("2009/10", "2009-04/2010-03"),
        ("FY10", "2009-04/2010-03"),
        ("Q1 FY 2009-10", "2009-04/2009-06"),
    ],
    "doubt and approximation": [
        ("mid March 2010", "2010-03~"),
        ("mid-March to late May 2010", "2010-03~/2010-05~"),
        ("second half of March 2010", "2010-03~"),
        ("about March 2010", "2010-03~"),
        ("c. 2010", "2010~"),
        ("~2010", "2010~"),
        ("March 2010 (?)", "2010-03?"),
        ("probably March 2010", "2010-03?"),
    ],
    "open ends": [
        ("Ongoing", "/.."),
        ("on-going", "/.."),
        ("ongoing since March 2010", "2010-03/.."),
        ("March 2010 (ongoing)", "2010-03/.."),
        ("Mar 2010 - present", "2010-03/.."),
        ("2009 to date", "2009/.."),
        ("since March 2010", "2010-03/.."),
        ("from March 2010 onwards", "2010-03/.."),
        ("until June 2011", "/2011-06"),
        ("by June 2011", "/2011-06"),
    ],
    "nothing known": [
        ("", ""),
        (" \u00a0\u200b ", ""),
        ("n/a", ""),
        ("-", ""),
        ("—", ""),
        ("TBD", ""),
        ("to be decided", ""),
        ("?", ""),
    ],
    "EDTF": [
        ("2010-03/..", "2010-03/.."),
        ("../2011-06", "/2011-06"),
        ("2010-03?", "2010-03?"),
        ("2010-03%", "2010-03%"),
        ("{2009-12,2010-02}", "{2009-12,2010-02}"),
        ("{2008-03-31..2008-04-03,2008-06-12}", "{2008-03-31..2008-04-03,2008-06-12}"),
        ("201X", "2010/2019"),
        ("2010-33", "2010-01/2010-03"),
    ],
    "Italian": [
        ("1° marzo 2010", "2010-03-01"),
        ("dal 5 al 12 maggio 2010", "2010-05-05/2010-05-12"),
        ("dall’1 all’8 maggio 2010", "2010-05-01/2010-05-08"),
        ("gennaio e marzo 2010", "{2010-01,2010-03}"),
        ("III trimestre 2010", "2010-07/2010-09"),
        ("fine marzo 2010", "2010-03~"),
        ("in corso", "/.."),
        ("fino a giugno 2011", "/2011-06"),
        ("da definire", ""),
    ],
    "French": [
        ("1er mars 2010", "2010-03-01"),
        ("du 5 au 12 mai 2010", "2010-05-05/2010-05-12"),
        ("de janvier à mars 2010", "2010-01/2010-03"),
        ("3 et 4 FEVRIER 2010", "{2010-02-03,2010-02-04}"),
        ("T3 2010", "2010-07/2010-09"),
        ("mi-août 2010", "2010-08~"),
        ("en cours depuis mars 2010", "2010-03/.."),
        ("jusqu’en juin 2011", "/2011-06"),
        ("à définir", ""),
    ],
    "Spanish": [
        ("1º de marzo de 2010", "2010-03-01"),
        ("del 5 al 12 de mayo de 2010", "2010-05-05/2010-05-12"),
        ("enero a marzo de 2010", "2010-01/2010-03"),
        ("3er trimestre de 2010", "2010-07/2010-09"),
        ("mediados de marzo de 2010", "2010-03~"),
        ("desde marzo de 2010 hasta junio de 2011", "2010-03/2011-06"),
        ("en curso", "/.."),
        ("por definir", ""),
    ],
    "Hindi": [
        ("३० जनवरी २०१०", "2010-01-30"),
        ("३० जनवरी २०१० से ३ फ़रवरी २०१० तक", "2010-01-30/2010-02-03"),
        ("जनवरी और मार्च 2010", "{2010-01,2010-03}"),
        ("तीसरी तिमाही 2010", "2010-07/2010-09"),
        ("मार्च 2010 से जारी", "2010-03/.."),
        ("जून 2011 तक", "/2011-06"),
        ("जारी", "/.."),
        ("तय नहीं", ""),
    ],
    "Korean": [
        ("2010년 1월 30일", "2010-01-30"),
        ("2010년 1월 30일 ~ 2월 3일", "2010-01-30/2010-02-03"),
        ("2010년 1월 30일~31일", "2010-01-30/2010-01-31"),
        ("2010. 1. 30. ~ 2. 3.", "2010-01-30/2010-02-03"),
        ("2010년 3월부터 5월까지", "2010-03/2010-05"),
        ("2010년 3~5월", "2010-03/2010-05"),
        ("2010. 3월", "2010-03"),
        ("2010년 3분기", "2010-07/2010-09"),
        ("2010년 하반기", "2010-07/2010-12"),
        ("2010년 3월 초순", "2010-03~"),
        ("2010년 3월부터 진행 중", "2010-03/.."),
        ("진행중", "/.."),
        ("미정", ""),
    ],
    "odd characters": [
        ("２０１０年１月３０日", "2010-01-30"),
        ("Sep\u00a02010", "2010-09"),
        ("S\u200bep-0\u200d7", "2007-09"),
        ("\u200fSep-07\u200e", "2007-09"),
        ("sEP–07", "2007-09"),
        ("“Sep ’07”", "2007-09"),
        ("Jan\n–\nFeb\t2010", "2010-01/2010-02"),
    ],
}
ALL = [(language, text, edtf) for language, forms in FORMS.items() for text, edtf in forms]


@pytest.mark.parametrize(("group", "text", "edtf"), ALL, ids=[f"{group}: {text}" for group, text, _ in ALL])
def test_a_form_is_read_as(group: str, text: str, edtf: str) -> None:
    reading = read(text)
    assert reading.edtf == edtf
    assert reading.raw == text
    assert Flag.UNREADABLE not in reading.flags


@pytest.mark.parametrize(
    ("text", "flag", "reading", "alternative"),
    [
        ("2009-10", Flag.FISCAL_OR_CALENDAR, "2009-10", "2009-04/2010-03"),
        ("2009/10", Flag.FISCAL_OR_CALENDAR, "2009-04/2010-03", "2009-10"),
        ("2012-13", Flag.FISCAL_OR_CALENDAR, "2012-04/2013-03", "2012/2013"),
        ("FY 2010", Flag.FISCAL_OR_CALENDAR, "2009-04/2010-03", "2010-04/2011-03"),
        ("from March 2010", Flag.OPEN_OR_NOT, "2010-03/..", "2010-03"),
        ("Mar 2010 -", Flag.OPEN_OR_NOT, "2010-03", "2010-03/.."),
        ("9 or 10 May 2010", Flag.EITHER, "2010-05-09", "2010-05-10"),
        ("[2009,2010]", Flag.EITHER, "2009", "2010"),
        ("winter 2010", Flag.SEASON, "2010-12~/2011-02~", "2009-12~/2010-02~"),
        ("2010-21", Flag.SEASON, "2010-03~/2010-05~", "2010/2021"),
        ("3/4/10", Flag.DAY_MONTH_ORDER, "2010-04-03", "2010-03-04"),
        ("7-Sep", Flag.SPREADSHEET_DATE, "", "2007-09"),
        ("39326", Flag.SERIAL_NUMBER, "2007-09-01", "2007-09"),
        ("Dec - Feb 2010", Flag.YEAR_ROLLED, "2009-12/2010-02", "2010-12/2011-02"),
    ],
)
def test_two_meanings_are_both_offered(text: str, flag: Flag, reading: str, alternative: str) -> None:
    found = read(text)
    assert (found.edtf, found.is_certain) == (reading, False)
    assert flag in found.flags
    assert alternative in [other.segments[0].edtf for other in found.alternatives]


@pytest.mark.parametrize(
    ("text", "edtf"), [("31 Feb 2010", "2010-02"), ("Feb 29, 2009", "2009-02"), ("31/04/2010", "2010-04")]
)
def test_a_day_that_does_not_exist_keeps_its_month(text: str, edtf: str) -> None:
    reading = read(text)
    assert (reading.edtf, reading.flags) == (edtf, (Flag.IMPOSSIBLE_DATE,))


def test_what_is_not_understood_is_named() -> None:
    reading = read("when the rains end")
    assert reading.flags == (Flag.UNREADABLE,)
    assert "when the rains end" in reading.reasons[0]


def test_words_beside_a_date_become_its_label() -> None:
    reading = read("Workshop 5 May 2010, audit 12 June 2010")
    assert [segment.label for segment in reading.segments] == ["Workshop", "audit"]
    assert read("5 May 2010 (audit); 12 June 2010 (review)").segments[1].label == "review"
    assert Flag.LABELLED in reading.flags


@pytest.mark.parametrize(
    "text", ["before March 2010", "March 2010, 25 firms", "postponed to June 2010", "Jan - Mar - May 2010"]
)
def test_words_that_may_change_the_date_are_a_doubt(text: str) -> None:
    assert Flag.PARTLY_READ in read(text).flags


@pytest.mark.parametrize(
    "text", ["5000 persons", "5/10 firms", "B2B and 3D", "firms may join", "version 1.2.3.4"]
)
def test_numbers_and_words_that_only_look_like_dates(text: str) -> None:
    assert read(text).segments == ()


def test_a_too_long_text_is_not_read() -> None:
    reading = read("Sep-07 " * 300)
    assert (reading.segments, reading.flags) == ((), (Flag.UNREADABLE,))
    assert reading.reasons[0].params == {"length": "2100", "limit": "2000"}


def test_the_start_of_the_fiscal_year_is_a_setting() -> None:
    assert read("FY 2009-10", Context(fiscal_year_start=7)).edtf == "2009-07/2010-06"


def test_reasons_can_be_translated() -> None:
    reason = read("someday").reasons[0]
    assert reason == "not understood: “someday”"
    assert reason.translated(lambda english: english.replace("not understood", "non compris")).startswith(
        "non"
    )
