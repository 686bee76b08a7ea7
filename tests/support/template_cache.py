"""Templates are compiled once for a whole run of tests, however many houses are opened in it."""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class MemoryCache(BytecodeCache):
    """What this process has compiled, by the template's own key; a changed source is compiled anew."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was compiled before."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what has just been compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATE_CACHE = MemoryCache()
