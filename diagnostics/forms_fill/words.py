"""What the scripts of the field say, in the reader's language. {n} and the like are filled in by them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def _counted(one: str, other: str) -> dict[str, str]:
    return {"one": one, "other": other}


def words() -> dict[str, Any]:
    return _of_state() | _of_answers() | _of_trouble() | _of_device()


def _of_state() -> dict[str, Any]:
    return {
        "sent": _("All sent"),
        "nothing": _("Nothing typed yet"),
        "sending": _("Sending …"),
        "waits": _counted(
            ngettext("{n} answer waits for a connection", "{n} answers wait for a connection", 1),
            ngettext("{n} answer waits for a connection", "{n} answers wait for a connection", 2),
        ),
        "unsent": _counted(
            ngettext("{n} answer is not sent yet", "{n} answers are not sent yet", 1),
            ngettext("{n} answer is not sent yet", "{n} answers are not sent yet", 2),
        ),
        "look": _counted(
            ngettext("{n} needs a look", "{n} need a look", 1),
            ngettext("{n} needs a look", "{n} need a look", 2),
        ),
        "signed_out": _("Sign in again, and what waits is sent"),
        "other_user": _("Somebody else signed in here. Reload the page"),
        "next": _("Next: {title}"),
        "done": _("To the first section"),
    }


def _of_answers() -> dict[str, Any]:
    return {
        "of": _("{answered} of {asked}"),
        "of_all": _("{answered} of {asked} answered"),
        "untitled": _("Not named yet"),
        "removed": _("“{title}” was removed."),
        "removed_row": _("Row {n} was removed."),
        "undo": _("Undo"),
        "not_asked": _("Not asked any more with the answers as they are. What was answered is kept."),
        "not_number": _("“{text}” is not a number."),
        "whole": _("Give a whole number."),
        "not_allowed": _("This answer is not allowed here."),
        "bad_place": _("Give latitude and longitude in degrees, such as 13.08 80.27."),
        "finding": _("Finding where you are …"),
        "no_position": _("Your position is not known. Type latitude and longitude."),
        "bad_photo": _("This picture cannot be read. Take another, or choose a JPEG, PNG or WebP picture."),
        "photo_waits": _("waits to be sent"),
        "remove_photo": _("Remove this photo"),
        "photo": _("Photo"),
        "many_photos": _("At most 12 photos belong to one question."),
        "two_answers": _("Two answers were given. Choose one."),
        "keep_this": _("Keep this answer"),
        "keep_both": _("Keep both"),
        "no_answer": _("no answer"),
        "said_by": _("{name}, {at}"),
        "seen_to": _("Seen to"),
        "row_kept": _("Somebody else went on filling “{title}” meanwhile, so it stays."),
        "row_back": _(
            "“{title}” was removed elsewhere while you filled it. It is back, with what stood in it."
        ),
    }


def _of_trouble() -> dict[str, Any]:
    return {
        "not_open": _("This form is not being filled any more"),
        "not_open_text": _(
            "Your answers below were not taken in. They stay on this device, and are sent by themselves once the form "
            "is open again: take it back if nobody has decided on it yet, or ask for it to be returned to you."
        ),
        "gone": _("This form is not open to you any more"),
        "gone_text": _(
            "Your answers below were not taken in. They stay on this device. Copy them, and ask those who run the "
            "programme."
        ),
        "failed": _("The server refused what was sent"),
        "failed_text": _(
            "Your answers below stay on this device. Copy them, and tell those who run the programme."
        ),
        "look_at": _("Look at the form"),
        "copy": _("Copy my answers"),
        "copied": _("Copied"),
        "discard": _("Discard my answers"),
        "discard_sure": _("Really discard what was not sent? This cannot be undone."),
        "full": _("This device has no room left. Send what waits, or remove forms that are kept here."),
        "newer": _(
            "This form was moved to another version of its questionnaire. Reload it when you have a connection."
        ),
        "retired": _(
            "This version of the questionnaire was retired meanwhile. The form was taken in all the same; move it to "
            "the version in use before it is handed in."
        ),
        "say_firm": _("Say which firm this is about, so that it can be sent"),
    }


def _of_device() -> dict[str, Any]:
    return {
        "keep": _("Keep on this device"),
        "kept": _("Kept on this device"),
        "opens": _("Opens without a connection"),
        "opens_not": _("Does not open without a connection yet"),
        "not_kept": _("It could not be kept. Try again with a better connection."),
        "not_begun": _("Begun here, not on the server yet"),
        "forget": _("Remove from this device"),
        "forget_sure": _("Really remove it? {n} answers in it were never sent, and will be lost."),
        "dismiss": _("Dismiss"),
        "stay": _("No, go back"),
        "send_now": _("Send now"),
        "no_store": _(
            "This browser keeps nothing for later, perhaps because its window is private. Fill forms with a connection."
        ),
    }
