"""Letters: written with what they tell of, claimed before they are sent, sent once, given up in the end."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from tests.conftest import World
from twinning.core import letters
from twinning.core.attachments import attach
from twinning.core.models import Letter, User
from twinning.core.profile import update_profile

Status = Letter.Status


class Moody(EmailBackend):
    """A mail server that refuses what it is told to, or is away."""

    refusal: Exception | None = None
    is_away = False
    asked = 0

    def open(self) -> Any:
        if type(self).is_away:
            raise ConnectionRefusedError("away")
        return True

    def send_messages(self, messages: Any) -> int:
        type(self).asked += 1
        refusal = type(self).refusal
        if refusal is not None:
            raise refusal
        return super().send_messages(messages)


@pytest.fixture
def server(settings: Any) -> Any:
    settings.EMAIL_BACKEND = f"{__name__}.Moody"
    Moody.refusal, Moody.is_away, Moody.asked = None, False, 0
    return Moody


def write(to: User, **values: Any) -> Letter | None:
    given: dict[str, Any] = {
        "kind": Letter.Kind.NOTICE,
        "key": "one",
        "subject": "Good news",
        "body": "It is done.",
        "about": {"programme": 0},
    }
    return letters.queue_letter(to=to, **(given | values))


def written(to: User, **values: Any) -> Letter:
    letter = write(to, **values)
    assert letter is not None
    return letter


@pytest.fixture
def no_checks(monkeypatch: Any) -> None:
    """These letters are of no room, so none says whether they are still true."""
    monkeypatch.setattr(letters, "_checks", {})


pytestmark = pytest.mark.usefixtures("no_checks")


def later(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(send_after=timezone.now())


def test_a_letter_is_sent_once(world: World) -> None:
    letter = written(world.donor)
    assert (letters.send_letters(), letters.send_letters()) == (1, 0)
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([world.donor.email], "Good news")
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.body == "It is done.\n"
    letter.refresh_from_db()
    assert letter.status == Status.SENT
    assert letter.sent_at is not None


def test_it_is_written_only_with_what_it_tells_of(world: World) -> None:
    with transaction.atomic():
        write(world.donor)
        transaction.set_rollback(True)
    assert letters.send_letters() == 0


def test_the_same_is_not_told_twice(world: World) -> None:
    assert write(world.donor)
    assert write(world.donor) is None
    assert Letter.objects.count() == 1


def test_who_wants_none_gets_none(world: World) -> None:
    donor = world.donor
    update_profile(actor=donor, name=donor.name, language="", timezone="", wants_reminders=False)
    donor.refresh_from_db()
    assert write(donor, kind=Letter.Kind.REMINDER) is None
    assert write(donor, kind=Letter.Kind.REPORT, key="two")
    User.objects.filter(pk=donor.pk).update(wants_reports=False)
    assert letters.send_letters() == 0
    assert Letter.objects.get().status == Status.DROPPED


def test_who_left_gets_nothing_that_still_waits(world: World) -> None:
    written(world.donor)
    User.objects.filter(pk=world.donor.pk).update(is_active=False)
    world.donor.refresh_from_db()
    assert letters.send_letters() == 0
    assert write(world.donor, key="two") is None
    assert not mail.outbox


def test_what_is_not_true_any_more_is_not_sent(world: World) -> None:
    letters.still_true(Letter.Kind.NOTICE)(lambda letter: letter.about["still"])
    for still in (True, False):
        written(world.donor, key=str(still), about={"still": still})
    assert letters.send_letters() == 1
    assert Letter.objects.get(key="False").status == Status.DROPPED


def test_a_letter_that_may_be_done_without_says_how_in_its_own_language(world: World, settings: Any) -> None:
    settings.SITE_URL = "https://twinning.example/"
    world.donor.language = "fr"
    written(world.donor, kind=Letter.Kind.REMINDER)
    User.objects.filter(pk=world.donor.pk).update(language="fr")
    letters.send_letters()
    (message,) = mail.outbox
    account = "https://twinning.example/account/#id_wants_reminders"
    assert message.extra_headers["List-Unsubscribe"] == f"<{account}>"
    assert "Vous recevez ce message de twinning.example" in message.body
    assert message.body.endswith(f"{account}\n")
    assert message.extra_headers["Message-ID"].endswith("@twinning.example>")


def test_a_file_goes_along_while_it_is_on_its_record(world: World) -> None:
    kept = attach(actor=world.manager, owner=world.leather, name="a.txt", data=b"Notes")
    written(world.donor, attachment=kept)
    written(world.donor, key="two", attachment=kept)
    letters.send_letters(batch=1)
    kept.removed_at = timezone.now()
    kept.save()
    letters.send_letters()
    assert [len(message.attachments) for message in mail.outbox] == [1, 0]


def test_a_file_that_is_too_large_stays_at_home(world: World) -> None:
    kept = attach(actor=world.manager, owner=world.leather, name="a.txt", data=b"Notes")
    kept.size = letters.LARGEST_ATTACHMENT + 1
    assert written(world.donor, attachment=kept).attachment is None


def test_a_server_that_is_away_costs_no_try(world: World, server: Any) -> None:
    letter = written(world.donor)
    server.is_away = True
    assert letters.send_letters() == 0
    letter.refresh_from_db()
    assert (letter.status, letter.tries) == (Status.QUEUED, 0)
    server.is_away = False
    assert letters.send_letters() == 1


def test_an_attachment_that_cannot_be_read_is_not_an_absent_server(
    world: World, server: Any, monkeypatch: Any
) -> None:
    kept = attach(actor=world.manager, owner=world.programme, name="report.pdf", data=b"%PDF-1.4 one")
    bad = written(world.donor, attachment=kept)
    written(world.donor, key="two")

    def denied(*_args: Any) -> Any:
        raise PermissionError("denied")

    monkeypatch.setattr("django.db.models.fields.files.FieldFile.open", denied)
    assert letters.send_letters() == 1
    bad.refresh_from_db()
    assert (bad.status, bad.tries) == (Status.QUEUED, 1)
    assert bad.send_after > timezone.now()
    assert "denied" in bad.failure


def test_what_a_server_refuses_is_tried_again_ever_later_and_then_given_up(
    world: World, server: Any, caplog: Any
) -> None:
    server.refusal = smtplib.SMTPRecipientsRefused({world.donor.email: (550, b"No such mailbox")})
    letter = written(world.donor)
    waits = []
    with caplog.at_level(logging.WARNING):
        for _try in range(len(letters.WAITS) + 1):
            later(letter)
            letters.send_letters()
            letter.refresh_from_db()
            waits.append(letter.send_after - timezone.now())
    assert waits[:-1] == sorted(waits[:-1])
    assert letter.status == Status.FAILED
    assert "550" in letter.failure
    assert server.asked == len(letters.WAITS) + 1
    assert world.donor.email not in caplog.text


def test_one_that_is_refused_does_not_hold_up_the_others(world: World, server: Any) -> None:
    server.refusal = smtplib.SMTPDataError(554, b"No")
    for key in ("one", "two"):
        written(world.donor, key=key)
    letters.send_letters()
    assert server.asked == 2
    server.refusal = smtplib.SMTPServerDisconnected("gone")
    for letter in Letter.objects.all():
        later(letter)
    letters.send_letters()
    assert server.asked == 3  # the rest waits for a server that is there
    assert sorted(Letter.objects.values_list("tries", flat=True)) == [1, 2]


def test_a_slow_server_does_not_keep_a_worker(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(letters, "LONGEST_RUN", -1)
    written(world.donor)
    assert letters.send_letters() == 0
    assert Letter.objects.get().status == Status.QUEUED


def claimed_long_ago(letter: Letter) -> None:
    before = timezone.now() - dt.timedelta(hours=1)
    Letter.objects.filter(pk=letter.pk).update(status=Status.SENDING, claimed_at=before)


def test_what_a_killed_worker_held_is_sent_once_more_and_then_no_more(world: World) -> None:
    letter = written(world.donor)
    claimed_long_ago(letter)
    assert letters.send_letters() == 1
    claimed_long_ago(letter)
    assert letters.send_letters() == 0
    letter.refresh_from_db()
    assert letter.status == Status.FAILED
    assert len(mail.outbox) == 1


def test_a_claim_that_is_young_is_left_alone(world: World) -> None:
    letter = written(world.donor)
    Letter.objects.filter(pk=letter.pk).update(status=Status.SENDING, claimed_at=timezone.now())
    assert letters.send_letters() == 0
    assert letters._claim(letter.pk) is None


def test_old_letters_are_forgotten_and_those_that_wait_are_not(world: World) -> None:
    for key in ("sent", "waiting", "young"):
        written(world.donor, key=key)
    old = timezone.now() - dt.timedelta(days=letters.KEPT_DAYS + 1)
    Letter.objects.filter(key="sent").update(status=Status.SENT, queued_at=old)
    Letter.objects.filter(key="waiting").update(queued_at=old)
    Letter.objects.filter(key="young").update(status=Status.SENT)
    assert letters.prune_letters() == 1
    assert sorted(Letter.objects.values_list("key", flat=True)) == ["waiting", "young"]


def test_one_says_on_the_account_page_which_letters_one_wants(world: World, sign_in: Any) -> None:
    client = sign_in(world.donor)
    assert client.get("/account/").context["form"].initial["wants_reminders"] is True
    client.post("/account/", {"name": "Donor", "language": "it", "timezone": "", "wants_reports": "on"})
    world.donor.refresh_from_db()
    assert (world.donor.wants_reminders, world.donor.wants_reports) == (False, True)
