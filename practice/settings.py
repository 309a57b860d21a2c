"""All settings, in one file, read from the environment. `./run` sets what it starts itself.

DATABASE_URL         log-in of the app: owns nothing, bound by row-level security
DATABASE_OWNER_URL   log-in that migrates
REDIS_URL            the broker: redis://, rediss:// or redis+socket://
PUBLIC_URL           the address people type; https makes cookies secure
SECRET_KEY           signs sessions and links
CASELOAD_DATA        folder for what is not in the database (files handed to clearinghouses)
CSRF_TRUSTED_ORIGINS, ALLOWED_HOSTS   more of the same, comma-separated
TRUSTED_PROXIES      addresses whose X-Forwarded-For is believed, comma-separated; without it the direct peer counts
MAIL_URL             where letters go: smtp://, smtp+tls:// or smtps://user:password@host:port; else to the worker's log
MAIL_FROM            who they are from
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from celery.schedules import crontab
from django.utils.csp import CSP
from psycopg.conninfo import conninfo_to_dict

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("CASELOAD_DATA") or BASE_DIR / ".caseload")


def _list(name: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


DEBUG = False
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
SECRET_KEY = os.environ.get("SECRET_KEY", "")
ALLOWED_HOSTS = [_public.hostname or "localhost", *_list("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}", *_list("CSRF_TRUSTED_ORIGINS")]

INSTALLED_APPS = [
    "claims",
    "billing",
    "sessions.apps.SessionsConfig",
    "clients",
    "practice",
    "allauth",
    "allauth.account",  # only because allauth.mfa leans on it; none of its pages is mounted
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "heroicons",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # lets allauth.mfa find the request
    "practice.middleware.PrivateMiddleware",
    "practice.middleware.SecondFactorMiddleware",
    "practice.lock.middleware.LockMiddleware",
    "practice.middleware.TenantMiddleware",
]

ROOT_URLCONF = "practice.urls"
WSGI_APPLICATION = "practice.wsgi.application"

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
                "practice.navigation.house",
            ],
            "builtins": ["practice.templatetags.house"],
        },
    },
]


def _database(url: str) -> dict:
    """A Django database entry from a libpq URL; unix sockets come as ?host=/path."""
    parts = conninfo_to_dict(url) if url else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": _database(DATABASE_URL)}
# The role that owns nothing. Migrations grant to it by name while they run as the owner.
DATABASE_APP_ROLE = os.environ.get("DATABASE_APP_ROLE", "caseload_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "practice.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
PASSWORD_HASHERS = [  # scrypt costs an attacker memory too, and needs no package
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

TRUSTED_PROXIES = _list("TRUSTED_PROXIES")  # sign-ins are counted by network address
PASSWORD_RESET_TIMEOUT = 3600  # seconds a link to a new password holds

# allauth knows second factors; the pages, the lock-out and the letters are ours (`practice/door.py`).
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # those live in a cache; ours are counted in the database
MFA_RATE_LIMITS = False
MFA_ADAPTER = "practice.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
DJANGO_TABLES2_TEMPLATE = "components/table.html"

_secure = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_NAME = "__Host-caseload" if _secure else "caseload"
CSRF_COOKIE_NAME = "__Host-csrf" if _secure else "csrf"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = False  # the proxy in front does it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000
UPLOAD_BYTES = int(os.environ.get("UPLOAD_BYTES", "20_000_000"))  # of one file
UPLOAD_FILES = 10  # at once
FILE_UPLOAD_HANDLERS = [
    "practice.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]


def _mailer(url: str) -> dict:
    """Where letters go. A call takes no longer than the lease of its job (`practice/mail.py`)."""
    if not url:
        return {"BACKEND": "practice.mail_log.LoggedBackend"}
    parts = urlsplit(url)
    options = {
        "host": parts.hostname or "localhost",
        "port": parts.port or {"smtps": 465, "smtp+tls": 587}.get(parts.scheme, 25),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtps",
        "timeout": 20,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


MAILERS = {"default": _mailer(os.environ.get("MAIL_URL", ""))}
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM") or f"Caseload <no-reply@{_public.hostname or 'localhost'}>"

REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    # A doorbell that cannot be rung is not waited for: the sweeper comes anyway.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "practice.tasks.drain", "schedule": 3.0, "options": {"expires": 10}},
    "ring-all": {"task": "practice.tasks.ring_all", "schedule": 300.0, "options": {"expires": 200}},
    "verify-books": {"task": "billing.tasks.verify_all_books", "schedule": crontab(hour="8", minute="30")},  # UTC
    "seal-audit": {"task": "practice.tasks.seal_audit", "schedule": 300.0, "options": {"expires": 200}},
    "verify-audit": {"task": "practice.tasks.verify_audit", "schedule": crontab(hour="8", minute="15")},
    "forget-answers": {"task": "practice.tasks.forget_answers", "schedule": crontab(hour="8", minute="45")},
    "sweep-documents": {"task": "clients.tasks.sweep_documents", "schedule": crontab(hour="9", minute="0")},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["practice.permissions.DeclaredPermission"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Caseload",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {"CountsEnum": "clients.models.Counts"},
}

# A biller can take a batch back until then.
SEND_UNDO_SECONDS = int(os.environ.get("SEND_UNDO_SECONDS", "60"))
EXCHANGE_DIR = DATA_DIR / "exchange"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secrets": {"()": "practice.log_words.WithoutSecrets"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a refusal is no fault: faults must stand out
        "caseload.audit": {"level": "INFO"},  # the heads of the audit's seals, for who must prove it
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
