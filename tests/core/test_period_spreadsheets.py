"""Cells that a spreadsheet turned into dates are read as they were typed."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from twinning.core.periods import Context, Flag, read_cell, serial_text


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (date(2007, 9, 1), "mmm-yy", "Sep-07"),
        (39326, "mmm-yy", "Sep-07"),
        (39326.0, "[$-409]mmm\\-yy;@", "Sep-07"),
        (37864, "mmm-yy", "Aug-03"),
        (datetime(2007, 9, 1, 14, 5), "d/m/yyyy h:mm", "1/9/2007 14:05"),
        (datetime(2007, 9, 1, 14, 5), "h:mm AM/PM", "2:05 PM"),
        (date(2007, 9, 1), "mm-dd-yy", "9/1/2007"),
        (date(2007, 9, 1), 'dddd, d" of "mmmm yyyy', "Saturday, 1 of September 2007"),
        (date(2007, 9, 7), "d-mmm", "7-Sep"),
        (date(2007, 9, 7), "General", "2007-09-07"),
        (2007, "General", "2007"),
        (2007.0, "0", "2007"),
        (1, "d/m/yyyy", "1/1/1900"),
        (1e300, "d/m/yyyy", "1e+300"),
    ],
)
def test_a_date_is_shown_as_the_spreadsheet_shows_it(value: date, number_format: str, shown: str) -> None:
    assert serial_text(value, number_format) == shown


def test_the_other_epoch_lies_four_years_later() -> None:
    assert serial_text(37864, "mmm-yy", date1904=True) == "Sep-07"


def test_a_stored_month_is_a_month_and_never_its_first_day() -> None:
    reading = read_cell(date(2007, 9, 1), "mmm-yy")
    assert (reading.raw, reading.edtf, reading.is_certain) == ("Sep-07", "2007-09", True)


def test_a_stored_day_is_certain_though_its_text_is_not() -> None:
    reading = read_cell(date(2009, 9, 5), "m/d/yyyy")
    assert (reading.raw, reading.edtf, reading.is_certain) == ("9/5/2009", "2009-09-05", True)


def test_a_day_without_its_year_may_be_a_typed_month_and_year() -> None:
    reading = read_cell(date(2024, 9, 7), "d-mmm")
    assert (reading.raw, reading.segments) == ("7-Sep", ())
    assert Flag.SPREADSHEET_DATE in reading.flags
    assert {other.segments[0].edtf for other in reading.alternatives} == {"2007-09", "2024-09-07"}


def test_a_stored_month_heeds_its_title() -> None:
    context = Context(title="Course from 22-24 Sep 2008")
    assert read_cell(date(2008, 9, 1), "mmm-yy", context).edtf == "2008-09-22/2008-09-24"


@pytest.mark.parametrize(
    ("value", "edtf"), [(None, ""), ("Sep-07", "2007-09"), (2007, "2007"), (True, ""), (39326, "2007-09-01")]
)
def test_other_cells_are_read_as_text(value: object, edtf: str) -> None:
    assert read_cell(value).edtf == edtf
