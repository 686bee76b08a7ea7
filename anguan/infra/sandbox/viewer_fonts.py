"""Gives the PDF viewer the typefaces that set-up fetched: many PDFs do not embed their Chinese fonts.

Without fonts of its own a machine would draw such a page without its Chinese.
"""

import ctypes
from collections.abc import Sequence
from pathlib import Path

import pypdfium2.raw as raw  # type: ignore[import-untyped]

from anguan.infra.sandbox.font_folder import FOLDER

SYSTEM = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
"""Fonts of the machine, for other scripts and for fonts that a document names."""
_CONFIG_VERSION = 2
_kept: list[object] = []
"""What the library points to as long as it is used."""


def use_fonts(folders: Sequence[Path] = (FOLDER, *SYSTEM)) -> None:
    """Start the viewer's library again with the fonts of these folders; before any document is opened."""
    paths = (ctypes.c_char_p * (len(folders) + 1))(*(str(folder).encode() for folder in folders), None)
    _kept[:] = [paths]
    raw.FPDF_DestroyLibrary()
    user_paths = ctypes.cast(paths, ctypes.POINTER(ctypes.POINTER(ctypes.c_char)))
    raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(_CONFIG_VERSION, user_paths, None, 0, 0))
