"""Uploads that are only to be recognised: hashed as they arrive, and kept nowhere."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class HashedUpload(UploadedFile):  # type: ignore[type-arg]  # generic for the type checker only
    """A file that was sent, without its content: its name, size and SHA-256."""

    def __init__(self, name: str | None, size: int, sha256: str) -> None:
        super().__init__(io.BytesIO(), name, "application/octet-stream", size)
        self.sha256 = sha256


class HashingHandler(FileUploadHandler):
    """Takes no more than ``most`` bytes of all files together; ``too_large`` says that there were more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.taken, self.too_large = most, 0, False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.digest = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        if self.taken > self.most:
            self.too_large = True
            raise StopUpload
        self.digest.update(raw_data)

    def file_complete(self, file_size: int) -> HashedUpload:
        return HashedUpload(self.file_name, file_size, self.digest.hexdigest())
