"""The house's settings for a test run: a quick password hash, no broker, no address of a person's own."""

import os

for name in ("PUBLIC_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SEND_UNDO_SECONDS"):
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "for tests only"

from practice.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_BROKER_URL = "memory://"  # doorbells ring unheard; tests drain by hand, journeys have a real worker
