"""Settings, all from the environment; the table of them is in README.md.

With no variable set the application runs embedded: SQLite, a Redis server of its own on a unix socket, a
secret key made once and kept in DATA_DIR. Giving SECRET_KEY makes it a production process: HTTPS is then
expected, cookies are secure and the demonstration users are refused.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _
from environs import Env
from whitenoise.compress import Compressor

from twinning.supervisor import socket_in

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# Absolute, because Redis goes to its own folder before it opens its files.
DATA_DIR: Path = env.path("DATA_DIR", default=BASE_DIR / "var").absolute()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)


def _embedded_secret_key() -> str:
    """A key made at the first start and kept with the data, so that sessions outlive a restart."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        # Written aside and then linked, so that a process starting beside this one sees a whole key or none.
        draft = DATA_DIR / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


EMBEDDED: bool = not env.str("SECRET_KEY", default="")
SECRET_KEY: str = env.str("SECRET_KEY", default="") or _embedded_secret_key()
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG: bool = env.bool("DEBUG", default=False)
# The demonstration has known passwords, so it is only for a process that nobody else can reach.
DEMO_ALLOWED: bool = DEBUG or EMBEDDED
DEMO_DOMAIN = "demo.example"
DEMO_PASSWORD: str = env.str("DEMO_PASSWORD", default="twinning-demo")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "twinning.core",
    "clusters",
    "diagnostics",
    "activities",
    "monitoring",
    "twinning.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "twinning.core.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "twinning.urls"
WSGI_APPLICATION = "twinning.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clusters.context.navigation",
            ],
            "builtins": ["django.templatetags.i18n", "twinning.core.templatetags.ui"],
        },
    }
]

# Data -------------------------------------------------------------------------------------------------
EMBEDDED_DATABASE = f"sqlite:///{quote(str(DATA_DIR / 'twinning.sqlite3'))}"
DATABASES = {"default": env.dj_db_url("DATABASE_URL", default=EMBEDDED_DATABASE)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Immediate transactions queue writers up; deferred ones fail under load when a reader turns writer.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"
        " PRAGMA foreign_keys=ON; PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;",
    }
    # Tests run on a file, since a database in memory locks otherwise than the one that people use; each run
    # on one of its own.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / f"test-{os.getpid()}.sqlite3")}
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_SOCKET = socket_in(DATA_DIR)
EMBEDDED_REDIS: bool = not env.str("REDIS_URL", default="")
REDIS_URL: str = env.str("REDIS_URL", default="") or f"unix://{quote(str(REDIS_SOCKET))}"

CACHES = {"default": {"BACKEND": "twinning.core.cache.ForgivingRedisCache", "LOCATION": REDIS_URL}}
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "file_permissions_mode": 0o640},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "static/"
STATIC_ROOT: Path = env.path("STATIC_ROOT", default=DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "twinning.core.finders.ServedFilesFinder",
]
# Source maps are most of the bytes of the API pages, and nobody's first start should wait for them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The official schema of IATI is not ours to ship: where it lies, what is published is checked against it.
IATI_SCHEMA_DIR: Path | None = env.path("IATI_SCHEMA_DIR", default=None)

UPLOAD_MAX_BYTES: int = env.int("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

# Work in the background ---------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_WORKER_CONCURRENCY: int = env.int("WORKER_CONCURRENCY", default=2)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Above the longest report; the Job table, not the broker, decides what runs again.
    "visibility_timeout": 6 * 3600,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "retry_on_timeout": True,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "twinning"
CELERY_TIMEZONE = "UTC"
JOB_LEASE_SECONDS: int = env.int("JOB_LEASE_SECONDS", default=30)
JOB_SWEEP_SECONDS: int = env.int("JOB_SWEEP_SECONDS", default=10)
LETTER_SECONDS: int = env.int("LETTER_SECONDS", default=60)
LETTER_LEASE_SECONDS: int = env.int("LETTER_LEASE_SECONDS", default=600)
# Each takes up what is due and not taken yet, however often it is rung.
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "core.sweep_jobs", "schedule": JOB_SWEEP_SECONDS},
    "send-letters": {"task": "core.send_letters", "schedule": LETTER_SECONDS},
    "prune-letters": {"task": "core.prune_letters", "schedule": crontab(hour="3", minute="10")},
    "remind": {"task": "monitoring.remind", "schedule": crontab(hour="5-20", minute="*/10")},
    "run-schedules": {"task": "monitoring.run_schedules", "schedule": crontab(minute="*/10")},
}

# People and access --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["twinning.core.accounts.KnownPeopleBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "twinning.core.accounts.ClosedAccountAdapter"
SOCIALACCOUNT_ADAPTER = "twinning.core.accounts.KnownPeopleAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_ADAPTER = "twinning.core.accounts.SealedSecretsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Twinning"
# People are invited under their address, so nobody has to prove it before the account is made safer.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# One step of 30 seconds to either side, as RFC 6238 advises: telephones in the field have wrong clocks.
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
_oidc = urlsplit(env.str("OIDC_SERVER_URL", default=""))
OIDC_ORIGIN = f"{_oidc.scheme}://{_oidc.netloc}" if _oidc.netloc else ""
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": (
            [
                {
                    "provider_id": "oidc",
                    "name": env.str("OIDC_NAME", default="OpenID Connect"),
                    "client_id": env.str("OIDC_CLIENT_ID", default=""),
                    "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                    "settings": {"server_url": env.str("OIDC_SERVER_URL")},
                }
            ]
            if env.str("OIDC_SERVER_URL", default="")
            else []
        ),
    }
}

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if env.str("EMAIL_URL", default=""):
    globals().update(env.dj_email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10  # seconds; a mail server that hangs must not hold a page
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="twinning@localhost")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not EMBEDDED
SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", default=not EMBEDDED)
SECURE_HSTS_SECONDS = 0 if EMBEDDED else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not EMBEDDED
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY: bool = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Otherwise all people share the proxy's address, and one who guesses passwords locks out everybody.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        # Chromium holds a form to this list through redirects too, so signing in elsewhere needs its origin.
        "form-action": ["'self'", *([OIDC_ORIGIN] if OIDC_ORIGIN else [])],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# Language -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("it", _("Italian")), ("es", _("Spanish"))]
# Reports are made in all LANGUAGES; pages only in those whose catalogue is whole, rather than in two at once.
INTERFACE_LANGUAGES = ["en"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["twinning.formats"]
TIME_ZONE = "UTC"

# API --------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "twinning.core.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["twinning.core.tokens.ScopePermission"],
    "DEFAULT_RENDERER_CLASSES": ["twinning.core.api.rendering.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "twinning.core.api.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["twinning.core.api.filters.AllowListFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "twinning.core.api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["twinning.core.api.throttling.ClientThrottle"],
    "DEFAULT_THROTTLE_RATES": {"client": env.str("API_RATE", default="600/min")},
    # Without a number whoever asks says in X-Forwarded-For who they are, and is held back by nothing.
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "twinning.core.api.problems.problem_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    # There is one format, and a parameter that is unknown is refused.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Twinning API",
    "DESCRIPTION": "Programmes that twin industrial clusters: who and where, what is done, what came of it.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["twinning.core.api.schema.add_problems"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"refusals": {"()": "twinning.core.logs.Refusals"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["refusals"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"fontTools": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}},
}
