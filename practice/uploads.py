"""Uploads are bounded while they arrive, whatever their length is said to be: settings.FILE_UPLOAD_HANDLERS.

What is too much is not read to its end and not kept. The fields of the form that came before the files are
there (the token against forgery among them), so the page can answer at the field: it asks `refusal(request)`.
"""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

REFUSED = "upload_refused"


class Bounded(FileUploadHandler):
    """First of the handlers: counts, and lets the others keep the bytes."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.files = self.said = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.said = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.files += 1
        most = settings.UPLOAD_FILES
        if self.files > most:
            self._refuse(f"Choose at most {most} files at once")
        if self.said > most * settings.UPLOAD_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            self._refuse(f"This is more than {most} files of {megabytes()} MB; nothing was kept")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.UPLOAD_BYTES:
            self._refuse(f"A file is larger than {megabytes()} MB; nothing was kept. Send it smaller, or in parts")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # another handler has it

    def _refuse(self, sentence: str) -> None:
        if self.request is not None:
            setattr(self.request, REFUSED, sentence)
        raise StopUpload(connection_reset=True)


def megabytes() -> int:
    return settings.UPLOAD_BYTES // 1_000_000


def refusal(request: Any) -> str:
    """Why the files of this request were not read, in a sentence; empty when they were. Asked after its POST is read."""
    return getattr(request, REFUSED, "")
