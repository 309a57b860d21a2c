"""What a log line may hold: an address that is itself a key is written without its secret."""

import logging
import re
from typing import Any

SECRET = re.compile(r"(/(?:feeds|invitation/[^/\s]+|sign-in/reset(?:/[^/\s]+)?)/)[^/\s?\"']{8,}")


def without_secrets(text: str) -> str:
    return SECRET.sub(r"\1…", text)


class WithoutSecrets(logging.Filter):
    """On every handler of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _clean(record.msg)
        if isinstance(record.args, dict):
            record.args = {key: _clean(value) for key, value in record.args.items()}
        elif record.args:
            record.args = tuple(_clean(value) for value in record.args)
        return True


def _clean(value: Any) -> Any:
    return without_secrets(value) if isinstance(value, str) else value
