"""Protocol between the renderer and its subprocess: length-prefixed bytes, JSON for the metadata.

No pickles: an answer from a process that has parsed an uploaded picture is data, not code.
"""

import json
import struct
from typing import IO, Any

LENGTH = struct.Struct(">I")
LARGEST = 64 * 1024 * 1024


def send(stream: IO[bytes], words: dict[str, Any], *bodies: bytes) -> None:
    """Write one message: its metadata and any number of byte bodies."""
    head = json.dumps({"words": words, "bodies": len(bodies)}).encode()
    for part in (head, *bodies):
        _put(stream, LENGTH.pack(len(part)))
        _put(stream, part)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message. Raises EOFError when the other side has closed, ValueError when it is too large."""
    head = json.loads(_read(stream))
    return head["words"], [_read(stream) for _ in range(head["bodies"])]


def _read(stream: IO[bytes]) -> bytes:
    (length,) = LENGTH.unpack(_take(stream, LENGTH.size))
    if length > LARGEST:
        raise ValueError("message too large")
    return _take(stream, length)


def _take(stream: IO[bytes], count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = stream.read(count - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _put(stream: IO[bytes], data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]
