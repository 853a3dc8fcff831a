"""What KoboToolbox and ODK make of a filled form, from the XForm's own structure: JSON, CSV, XLSX, and ZIP with photos.

A form is filled as on a device: into the instance that the XForm carries, in the order and nesting that it has. The
files are then written as those systems write them (the briefcase export of ODK Central, the exports of KoboToolbox).
"""

from __future__ import annotations

import copy
import csv
import io
import json
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from openpyxl import Workbook
from pyxform.xls2xform import convert

from diagnostics.rules.answers import rows_of
from diagnostics.rules.forms import Form, Question, Repeat, Type
from diagnostics.rules.xlsform import field_name

_X = "{http://www.w3.org/2002/xforms}"
_TEMPLATE = "{http://openrosa.org/javarosa}template"
Tree = ElementTree.Element


@dataclass
class Filled:
    """One filled form: its instance, its id, and the photos that it names."""

    tree: Tree
    ident: str
    photos: dict[str, bytes] = field(default_factory=dict)

    @property
    def repeats(self) -> set[str]:
        return {str(one.attrib["repeat"]) for one in self.tree.iter() if "repeat" in one.attrib}


class Device:
    """A phone with the form of an XLSForm on it."""

    def __init__(self, xlsform: bytes) -> None:
        self.xform = ElementTree.fromstring(convert(xlsform, warnings=[]).xform)
        self.blank = next(self.xform.iter(f"{_X}instance"))[0]
        self.types = {
            bind.attrib["nodeset"].rpartition("/")[2]: bind.attrib.get("type", "")
            for bind in self.xform.iter(f"{_X}bind")
        }
        self.repeats = {one.attrib["nodeset"].rpartition("/")[2] for one in self.xform.iter(f"{_X}repeat")}

    def fill(
        self,
        form: Form,
        answers: Mapping[str, Any],
        *,
        photos: Mapping[str, list[tuple[str, bytes]]] | None = None,
        about: Mapping[str, str] | None = None,
        ident: str = "",
    ) -> Filled:
        """Answer the form. ``photos``: {path: [(name, content)]}; ``about``: what stands in its first group."""
        filled = Filled(copy.deepcopy(self.blank), ident or str(uuid.uuid4()))
        sent = dict(photos or {})
        for name, text in (about or {}).items():
            _only(filled.tree, name).text = text
        _only(filled.tree, "instanceID").text = f"uuid:{filled.ident}"
        for section in form.sections:
            group = _only(filled.tree, field_name(section.name))
            for item in section.items:
                if isinstance(item, Repeat):
                    self._rows(filled, group, item, answers, sent)
                else:
                    self._answer(filled, group, item, item.name, answers, sent)
        return filled

    def _rows(
        self, filled: Filled, group: Tree, repeat: Repeat, answers: Mapping[str, Any], sent: Any
    ) -> None:
        tag = _X + field_name(repeat.name)
        own = [one for one in group if one.tag == tag]
        place = list(group).index(own[0])
        blank = next((one for one in own if _TEMPLATE not in one.attrib), own[0])
        for one in own:
            group.remove(one)
        for offset, row in enumerate(rows_of(answers, repeat.name)):
            node = copy.deepcopy(blank)
            node.attrib.pop(_TEMPLATE, None)
            node.attrib["repeat"] = field_name(repeat.name)
            for question in repeat.questions:
                self._answer(filled, node, question, f"{repeat.name}/{row}/{question.name}", answers, sent)
            group.insert(place + offset, node)

    def _answer(
        self,
        filled: Filled,
        within: Tree,
        question: Question,
        path: str,
        answers: Mapping[str, Any],
        sent: Any,
    ) -> None:
        name = field_name(question.name)
        if question.type is Type.PHOTO:
            for number, (file, data) in enumerate(sent.get(path, []), 1):
                _only(within, name if number == 1 else f"{name}-{number}").text = file
                filled.photos[file] = data
            return
        value = answers.get(path)
        if value is None or not question.asks:
            return
        text = " ".join(value) if question.type is Type.SEVERAL else value
        if question.type is Type.PRODUCT_GROUP:
            text = "; ".join(value)
        if question.type is Type.PLACE:
            text = f"{value} 12.5 4.0"
        _only(within, name).text = str(text)

    # What the systems hand out -----------------------------------------------------------------------------

    def kobo_json(self, *forms: Filled) -> bytes:
        """``/api/v2/assets/…/data.json`` of KoboToolbox."""
        results = [self._kobo(number, one) for number, one in enumerate(forms, 1)]
        return json.dumps(
            {"count": len(results), "next": None, "previous": None, "results": results}
        ).encode()

    def _kobo(self, number: int, one: Filled) -> dict[str, Any]:
        item: dict[str, Any] = {"_id": number, "formhub/uuid": "f" * 32, "__version__": "vKboOwnName"}
        item |= self._tree_json(one.tree, "") | {
            "_uuid": one.ident,
            "_xform_id_string": "aBcDeF",
            "_attachments": [
                {"filename": f"user/attachments/x/{one.ident}/{name}", "question_xpath": "…"}
                for name in one.photos
            ],
            "_geolocation": [None, None],
            "_submission_time": "2011-07-31T10:00:00",
            "_tags": [],
            "_notes": [],
            "_validation_status": {},
        }
        return item

    def _tree_json(self, node: Tree, within: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for child in node:
            name = child.tag.removeprefix(_X)
            path = f"{within}{name}"
            if name in self.repeats:
                found.setdefault(path, []).append(self._tree_json(child, f"{path}/"))
            elif len(child):
                found |= self._tree_json(child, f"{path}/")
            elif child.text:
                found[path] = child.text
        return found

    def central_zip(self, *forms: Filled, form_id: str = "own", version: str = "3") -> bytes:
        """The ZIP of ODK Central: a CSV of forms, one for each repeated group, and the photos."""
        main: list[dict[str, str]] = []
        tables: dict[str, list[dict[str, str]]] = {name: [] for name in sorted(self.repeats)}
        for one in forms:
            key = f"uuid:{one.ident}"
            row = {"SubmissionDate": "2011-07-31T10:00:00.000Z"}
            row |= self._flat(one.tree, [], "-", key, tables) | {"KEY": key, "SubmitterID": "5"}
            row |= {"SubmitterName": "Agent", "AttachmentsPresent": str(len(one.photos)), "Status": ""}
            main.append(row | {"ReviewState": "", "DeviceID": "x", "Edits": "0", "FormVersion": version})
        files = {f"{form_id}.csv": _csv(main)}
        files |= {f"{form_id}-{name}.csv": _csv(rows) for name, rows in tables.items()}
        return zipped(files, {f"media/{name}": data for one in forms for name, data in one.photos.items()})

    def _flat(
        self, node: Tree, way: list[str], sign: str, key: str, tables: dict[str, list[dict[str, str]]]
    ) -> dict[str, str]:
        """One row; rows of repeated groups go to ``tables`` with the key of their form."""
        row: dict[str, str] = {}
        for child in node:
            name = child.tag.removeprefix(_X)
            if name in self.repeats:
                number = sum(one["PARENT_KEY"] == key for one in tables[name]) + 1
                own = self._flat(child, [], sign, key, tables)
                path = "/".join([key, *way, f"{name}[{number}]"])
                tables[name].append(own | {"PARENT_KEY": key, "KEY": path})
            elif len(child):
                row |= self._flat(child, [*way, name], sign, key, tables)
            elif self.types.get(name) == "geopoint":
                parts = [*(child.text or "").split(), "", "", "", ""]
                for part, text in zip(("Latitude", "Longitude", "Altitude", "Accuracy"), parts, strict=False):
                    row[sign.join([*way, f"{name}-{part}"])] = text
            else:
                row[sign.join([*way, name])] = child.text or ""
        return row

    def kobo_tables(self, *forms: Filled) -> tuple[list[dict[str, str]], dict[str, list[dict[str, str]]]]:
        """The sheets of an export of KoboToolbox with XML values as headers."""
        tables: dict[str, list[dict[str, str]]] = {name: [] for name in sorted(self.repeats)}
        main = []
        for index, one in enumerate(forms, 1):
            row = self._kobo_row(one.tree, [], index, tables)
            row |= {"_id": str(index), "_uuid": one.ident, "_submission_time": "2011-07-31", "_tags": ""}
            main.append(row | {"__version__": "vKboOwnName", "_index": str(index)})
        return main, tables

    def _kobo_row(
        self, node: Tree, way: list[str], index: int, tables: dict[str, list[dict[str, str]]]
    ) -> dict[str, str]:
        row: dict[str, str] = {}
        for child in node:
            name = child.tag.removeprefix(_X)
            path = "/".join([*way, name])
            if name in self.repeats:
                own = self._kobo_row(child, [*way, name], index, tables)
                links = {"_index": str(len(tables[name]) + 1), "_parent_table_name": "Form"}
                tables[name].append(
                    own | links | {"_parent_index": str(index), "_submission__id": str(index)}
                )
            elif len(child):
                row |= self._kobo_row(child, [*way, name], index, tables)
            else:
                row[path] = child.text or ""
                if self.types.get(name) == "geopoint":
                    numbers = [*(child.text or "").split(), "", "", "", ""]
                    for part, text in zip(
                        ("latitude", "longitude", "altitude", "precision"), numbers, strict=False
                    ):
                        row["/".join([*way, f"_{name}_{part}"])] = text
                if self.types.get(name) == "binary":
                    row[f"{path}_URL"] = f"https://kobo.example/{child.text}" if child.text else ""
        return row

    def kobo_xlsx(self, *forms: Filled) -> bytes:
        main, tables = self.kobo_tables(*forms)
        book = Workbook()
        book.remove(book.active)  # type: ignore[arg-type]
        for name, rows in {"Form": main, **tables}.items():
            sheet = book.create_sheet(name[:31])
            heads = list(dict.fromkeys(head for row in rows for head in row))
            sheet.append(heads)
            for row in rows:
                sheet.append([_as_excel(row.get(head, "")) for head in heads])
                for cell in sheet[sheet.max_row]:
                    cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def kobo_csv(self, *forms: Filled) -> bytes:
        """The CSV of KoboToolbox, which has no repeated groups."""
        return _csv(self.kobo_tables(*forms)[0], delimiter=";")


def _only(within: Tree, name: str) -> Tree:
    return next(one for one in within.iter() if one.tag.rpartition("}")[2] == name)


def _csv(rows: list[dict[str, str]], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    heads = list(dict.fromkeys(head for row in rows for head in row)) or ["PARENT_KEY", "KEY"]
    writer = csv.DictWriter(out, heads, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _as_excel(text: str) -> Any:
    """Whole numbers are numbers in the workbooks of KoboToolbox."""
    return int(text) if text.isdigit() and not text.startswith("0") and len(text) < 10 else text


def zipped(*files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in files:
            for name, data in part.items():
                archive.writestr(name, data)
    return out.getvalue()
