"""QR codes as small PNG pictures."""

import io

import segno


def render_qr(content: str, scale: int = 4, border: int = 2) -> bytes:
    """A PNG of the code, error correction M: survives a fold and a stain, stays small in print."""
    picture = io.BytesIO()
    segno.make(content, error="m", micro=False).save(picture, kind="png", scale=scale, border=border)
    return picture.getvalue()
