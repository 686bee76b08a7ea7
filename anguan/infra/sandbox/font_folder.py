"""Where set-up puts the typefaces; its own module, so that whoever needs the path loads no library."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "static" / "vendor" / "fonts"
