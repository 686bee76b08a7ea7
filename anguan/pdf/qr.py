"""QR codes as PNG pictures."""

import io

import segno


def render_qr(content: str, scale: int = 4, border: int = 2) -> bytes:
    """PNG of the code with error correction M, which survives folds and stains and stays small in print."""
    picture = io.BytesIO()
    segno.make(content, error="m", micro=False).save(picture, kind="png", scale=scale, border=border)
    return picture.getvalue()
