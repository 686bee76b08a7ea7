"""Files that applicants upload: scans, a photo, and some that are refused."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from anguan.demo.portraits import draw_face
from anguan.demo.scans import draw_card_back, draw_paper


@dataclass(frozen=True)
class Documents:
    """Valid and invalid files on disk."""

    scan: Path
    second: Path
    card: Path
    photo: Path
    small_photo: Path
    nonsense: Path
    empty: Path


def write_documents(folder: Path) -> Documents:
    """Write them into a folder."""
    small = io.BytesIO()
    Image.open(io.BytesIO(draw_face("newer", "female"))).resize((220, 286)).save(small, "JPEG")
    contents = {
        "scan": ("扫描件.jpg", draw_paper("扫描件", [("姓名", "样张")], "测试用，内容均为虚构。")),
        "second": ("第二页.jpg", draw_paper("第二页", [("页码", "2")], "测试用，内容均为虚构。")),
        "card": ("证件.jpg", draw_card_back()),
        "photo": ("照片.jpg", draw_face("newer", "female")),
        "small_photo": ("小照片.jpg", small.getvalue()),
        "nonsense": ("合同.doc", b"\xd0\xcf\x11\xe0" + b"word" * 500),
        "empty": ("空.jpg", b""),
    }
    paths = {}
    for key, (name, data) in contents.items():
        paths[key] = folder / name
        paths[key].write_bytes(data)
    return Documents(**paths)
