"""How the parent and the worker talk over two pipes.

Request: one JSON line, `{"path", "kind", "decode_s", "credentials_s"}`. Answer: two frames, first what the decoder
found with the preview, then the credentials; each is two lengths (big-endian, 32 bits), a JSON object, and bytes.
The parent believes no length above the limits here, whatever became of the worker.
"""

from __future__ import annotations

import struct

HEADER = struct.Struct(">II")
JSON_BYTES_MAX = 256 << 10
PREVIEW_BYTES_MAX = 80_000
REQUEST_BYTES_MAX = 64 << 10


def frame(json_text: str, extra: bytes = b"") -> bytes:
    """Return one frame. Raises ValueError when it would be refused on the other side."""
    head = json_text.encode()
    if len(head) > JSON_BYTES_MAX or len(extra) > PREVIEW_BYTES_MAX:
        raise ValueError("the answer is too long")
    return HEADER.pack(len(head), len(extra)) + head + extra


def lengths(header: bytes) -> tuple[int, int]:
    """Return the two lengths that follow. Raises ValueError when a limit is exceeded."""
    head, extra = HEADER.unpack(header)
    if head > JSON_BYTES_MAX or extra > PREVIEW_BYTES_MAX:
        raise ValueError("the worker's answer is longer than any honest one")
    return head, extra
