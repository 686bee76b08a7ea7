"""How the press and its process talk: lengths and bytes, JSON for the words.

No pickles: an answer from a process that has parsed somebody's picture is data, not code.
"""

import json
import struct
from typing import Any, BinaryIO

LENGTH = struct.Struct(">I")
LARGEST = 64 * 1024 * 1024


def send(stream: BinaryIO, words: dict[str, Any], *bodies: bytes) -> None:
    """Write one message: its words and any number of byte bodies."""
    head = json.dumps({"words": words, "bodies": len(bodies)}).encode()
    for part in (head, *bodies):
        stream.write(LENGTH.pack(len(part)))
        stream.write(part)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message; EOFError when the other side is gone."""
    head = json.loads(_read(stream))
    return head["words"], [_read(stream) for _ in range(head["bodies"])]


def _read(stream: BinaryIO) -> bytes:
    (length,) = LENGTH.unpack(_take(stream, LENGTH.size))
    if length > LARGEST:
        raise ValueError("message too large")
    return _take(stream, length)


def _take(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
