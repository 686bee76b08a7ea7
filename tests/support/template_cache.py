"""A bytecode cache by which all applications of a test process share their compiled templates."""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class MemoryCache(BytecodeCache):
    """Compiled templates in memory, by the key of Jinja, which depends on the source."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the bytecode of a template that was compiled before."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the bytecode of a compiled template."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATE_CACHE = MemoryCache()
