"""Letters: e-mails that are written in the transaction that they tell of, and sent afterwards by a worker.

The database is the truth, the broker only a bell: beat rings every minute, and whatever is due then is sent.

A room says, for the kind of letter that it writes, whether one is still true when it is to be sent::

    @still_true(Letter.Kind.REPORT)
    def report_is_still_theirs(letter: Letter) -> bool: ...

What is not true any more, or goes to somebody whose access ended meanwhile, is dropped at that moment, so that
a letter that waited for a mail server tells nothing that its reader may no longer see.

Each letter is claimed by one conditional UPDATE before it is handed to the mail server. SMTP has no transaction:
a worker that is killed between handing it over and writing that down leaves a claim, and nobody can know whether
the letter arrived. Such a letter is sent once more, under the same Message-ID by which mail readers know it for
the same; if that ends in the same way, it is given up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPServerDisconnected
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from twinning.core.models import Attachment, Letter, User

log = logging.getLogger(__name__)

BATCH = 100
LONGEST_RUN = 45  # seconds, so that a slow mail server does not keep a worker from its reports
# After each failure a letter waits longer; after the last of these it is given up, three days on.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440, 2160)]
KEPT_DAYS = 90
MOST_PRUNED = 10_000
LARGEST_ATTACHMENT = 5 * 1024 * 1024  # bytes; many mail servers refuse much more

Status = Letter.Status
Check = Callable[[Letter], bool]
_checks: dict[str, Check] = {}
# Which kinds a person may do without, and by which wish.
_WISHES = {Letter.Kind.REMINDER: "wants_reminders", Letter.Kind.REPORT: "wants_reports"}


def still_true(kind: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        if _checks.setdefault(kind, check) is not check:
            raise RuntimeError(f"Two checks for letters of the kind {kind!r}")
        return check

    return register


def is_wanted(user: User, kind: str) -> bool:
    """Whether somebody gets letters of a kind at all: not who left, and not who does without them."""
    wish = _WISHES.get(Letter.Kind(kind))
    return user.is_active and not user.is_refused_demo and (wish is None or getattr(user, wish))


@contextmanager
def in_words_of(user: User) -> Iterator[str]:
    """Write in the language of the person; gives its code."""
    language = user.language or settings.LANGUAGE_CODE
    with translation.override(language):
        yield language


def absolute(path: str) -> str:
    """The address under which the page of a path is reached from outside."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


@transaction.atomic
def queue_letter(
    *,
    to: User,
    kind: Letter.Kind,
    key: str,
    subject: str,
    body: str,
    about: dict[str, Any] | None = None,
    attachment: Attachment | None = None,
    send_after: datetime | None = None,
) -> Letter | None:
    """Write a letter, in the caller's transaction; None where the person wants none, or it was written before.

    Subject and body are in the words of the person (``in_words_of``). The attachment goes along while it is on its
    record and not larger than LARGEST_ATTACHMENT.
    """
    if not is_wanted(to, kind) or Letter.objects.filter(key=key).exists():
        return None
    letter = Letter(
        to=to,
        kind=kind,
        key=key,
        subject=" ".join(subject.split())[:200],
        body=body,
        language=to.language or settings.LANGUAGE_CODE,
        attachment=attachment if attachment and attachment.size <= LARGEST_ATTACHMENT else None,
        about=about or {},
        send_after=send_after or timezone.now(),
    )
    # Whoever writes the same letter at the same moment leaves it to the first.
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
    return Letter.objects.get(key=key)


def send_letters(batch: int = BATCH) -> int:
    """Send what is due, ``batch`` at most and no longer than LONGEST_RUN; returns how many were sent.

    Safe for any number of callers at once. A mail server that is away costs no letter a try: they all wait for the
    next run.
    """
    _take_back()
    due = Letter.objects.filter(status=Status.QUEUED, send_after__lte=timezone.now())
    waiting = list(due.order_by("send_after", "pk").values_list("pk", flat=True)[:batch])
    if not waiting:
        return 0
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        log.warning("the mail server does not answer (%s); letters wait", type(error).__name__)
        return 0
    sent, ends = 0, time.monotonic() + LONGEST_RUN
    try:
        for pk in waiting:
            if time.monotonic() > ends:
                break
            letter = _claim(pk)
            if letter is None:
                continue
            try:
                sent += _send(letter, connection)
            except Exception as error:  # one letter that cannot be sent must not hold up the others
                _postpone(letter, error)
                if _is_away(error):
                    break
    finally:
        connection.close()
    return sent


class _Unreadable(Exception):
    """What a letter takes along cannot be read now. The storage failed, and not the mail server."""


def _is_away(error: Exception) -> bool:
    """Whether it is the mail server that failed, and not this letter. The errors of smtplib are OSErrors too."""
    refused = isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected)
    return isinstance(error, OSError) and not refused


def _send(letter: Letter, connection: Any) -> int:
    check = _checks.get(letter.kind)
    if not is_wanted(letter.to, letter.kind) or (check is not None and not check(letter)):
        _end(letter, Status.DROPPED)
        return 0
    _message(letter, connection).send()
    return _end(letter, Status.SENT, sent_at=timezone.now(), failure="")


def _claim(pk: int) -> Letter | None:
    taken = Letter.objects.filter(pk=pk, status=Status.QUEUED).update(
        status=Status.SENDING, claimed_at=timezone.now(), tries=F("tries") + 1
    )
    return Letter.objects.select_related("to", "attachment").get(pk=pk) if taken else None


def _end(letter: Letter, status: Letter.Status, **values: Any) -> int:
    """Write down what became of a claimed letter; 0 where the claim was taken back meanwhile."""
    held = Letter.objects.filter(pk=letter.pk, status=Status.SENDING, claimed_at=letter.claimed_at)
    return held.update(status=status, **values)


def _postpone(letter: Letter, error: Exception) -> None:
    # The words of a mail server name addresses: they stand in the row and not in the log.
    failure = f"{type(error).__name__}: {error}"[:300]
    log.warning("letter %s could not be sent: %s", letter.pk, type(error).__name__)
    if letter.tries > len(WAITS):
        _end(letter, Status.FAILED, failure=failure)
    else:
        again = timezone.now() + WAITS[letter.tries - 1]
        _end(letter, Status.QUEUED, failure=failure, send_after=again, claimed_at=None)


def _take_back() -> None:
    """Put right the claims of workers that were killed: once more, and then no more."""
    before = timezone.now() - timedelta(seconds=settings.LETTER_LEASE_SECONDS)
    stale = Letter.objects.filter(status=Status.SENDING, claimed_at__lt=before)
    stale.filter(is_retaken=True).update(
        status=Status.FAILED, failure="The worker stopped twice while sending it; it may have arrived."
    )
    stale.update(status=Status.QUEUED, claimed_at=None, is_retaken=True)


def _message(letter: Letter, connection: Any) -> EmailMessage:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    token = salted_hmac("twinning.core.letters", letter.key).hexdigest()[:32]
    wish = _WISHES.get(Letter.Kind(letter.kind), "wants_reminders")
    account = absolute(f"{reverse('account')}#id_{wish}")
    headers = {"Message-ID": f"<{token}@{host}>", "Auto-Submitted": "auto-generated"}
    headers["Content-Language"] = letter.language
    body = letter.body.rstrip()
    if letter.kind in _WISHES:
        headers["List-Unsubscribe"] = f"<{account}>"
        with translation.override(letter.language):
            why = _(
                "You get this e-mail from %(site)s. To get no more of this kind, change it in your account:"
            )
        body += f"\n\n-- \n{why % {'site': host}}\n{account}"
    message = EmailMessage(
        letter.subject, f"{body}\n", to=[letter.to.email], headers=headers, connection=connection
    )
    kept = letter.attachment
    if kept is not None and kept.removed_at is None:
        try:
            with kept.file.open("rb") as file:
                message.attach(kept.name, file.read(), kept.media_type)
        except FileNotFoundError:
            log.error("attachment %s has lost its file; letter %s goes without it", kept.pk, letter.pk)
        except OSError as error:
            raise _Unreadable(f"the attachment {kept.pk}: {error}") from error
    return message


def prune_letters() -> int:
    """Delete letters that ended and are older than KEPT_DAYS, MOST_PRUNED at most; returns how many."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    ended = Letter.objects.filter(~Q(status__in=[Status.QUEUED, Status.SENDING]), queued_at__lt=before)
    old = list(ended.values_list("pk", flat=True)[:MOST_PRUNED])
    return Letter.objects.filter(pk__in=old).delete()[0]
