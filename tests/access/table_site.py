"""Pages that belong to no programme: health, language, and the account pages of the sign-in library."""

from __future__ import annotations

from typing import Any

from tests.access.rows import ANONYMOUS, Of, Row, by, nothing
from tests.conftest import World


def of(**kwargs: Any) -> Of:
    def build(world: World) -> dict[str, Any]:
        return kwargs

    return build


def open_to_all(name: str, kwargs: Of = nothing, status: int = 200) -> Row:
    return Row(name, kwargs, status=by(status, ANONYMOUS), default=status, own=True)


def entrance(name: str) -> Row:
    """A page for coming in, which sends away whoever is in already."""
    return Row(name, status=by(200, ANONYMOUS), default=302, own=True)


def own(name: str, status: int = 200) -> Row:
    """A page on one's own account. The cast has neither password nor second step, as some pages notice."""
    return Row(name, default=status, own=True)


ROWS = [
    open_to_all("healthz"),
    open_to_all("favicon", status=302),
    open_to_all("set_language", status=302),
    entrance("account_login"),
    entrance("account_signup"),  # says that it is closed
    open_to_all("account_inactive"),
    open_to_all("account_email_verification_sent"),
    open_to_all("account_confirm_email", of(key="unknown")),
    open_to_all("account_reset_password"),
    open_to_all("account_reset_password_done"),
    open_to_all("account_reset_password_from_key", of(uidb36="1", key="unknown-key")),
    open_to_all("account_reset_password_from_key_done"),
    open_to_all("account_confirm_login_code", status=302),
    open_to_all("mfa_authenticate", status=302),
    Row("account_logout", default=200, own=True),
    own("account_email", 302),
    own("account_reauthenticate", 403),
    own("account_change_password", 302),
    own("account_set_password"),
    own("mfa_index"),
    own("mfa_reauthenticate", 403),
    own("mfa_activate_totp"),
    own("mfa_deactivate_totp", 404),
    own("mfa_view_recovery_codes", 404),
    own("mfa_generate_recovery_codes"),
    own("mfa_download_recovery_codes", 404),
    open_to_all("socialaccount_login_cancelled"),
    own("socialaccount_login_error", 401),
    open_to_all("socialaccount_signup", status=302),
    own("socialaccount_connections"),
    open_to_all("openid_connect_login", of(provider_id="oidc"), 404),
    open_to_all("openid_connect_callback", of(provider_id="oidc"), 404),
]
