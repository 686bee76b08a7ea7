"""File type detection from content, independent of file name and declared media type.

Three types are accepted (jpeg, png, pdf); for each of the others there is a sentence that says what to do.
"""

import re

HEAD = 4096
"""Number of bytes that are examined to detect the type."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"8BPS", "psd"),
    (b"%!PS", "eps"),
    (b"\xc5\xd0\xd3\xc6", "eps"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"\x00\x00\x00\x0cjP  ", "jp2"),
    (b"\xffO\xffQ", "jp2"),
    (b"\x00\x00\x00\x0cJXL ", "jxl"),
    (b"\xff\x0a", "jxl"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "office"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"#!", "program"),
    (b"ID3", "sound"),
    (b"OggS", "sound"),
    (b"fLaC", "sound"),
    (b"\x1a\x45\xdf\xa3", "video"),
    (b"\x00\x00\x01\xba", "video"),
    (b"AC10", "drawing"),
    (b"CAJ", "caj"),
)
_BRANDS: tuple[tuple[bytes, str], ...] = (
    (rb"avi[fs]", "avif"),
    (rb"he[iv][cmsx]|mif1|msf1", "heic"),
    (rb"crx ", "tiff"),
    (rb".*", "video"),
)
_ZIPPED: tuple[tuple[bytes, str], ...] = (
    (b"OFD.xml", "ofd"),
    (b"word/", "office"),
    (b"xl/", "office"),
    (b"ppt/", "office"),
    (b"mimetypeapplication/vnd.oasis", "office"),
    (b"AndroidManifest.xml", "program"),
    (b"META-INF/MANIFEST.MF", "program"),
)
_MARKED: tuple[tuple[bytes, str], ...] = (
    (rb"<svg[\s>]", "svg"),
    (rb"<\?php", "program"),
    (rb"<(!doctype html|html|head|body|script|iframe)[\s/>]", "html"),
    (rb"^<\?xml", "xml"),
    (rb"<(img|meta|table|div|a|p)[\s/>]", "html"),
    (rb"^<[a-z]", "xml"),
)
_BLANK = b"\xef\xbb\xbf\x00\t\n\x0c\r "

REMEDIES: dict[str, str] = {
    "heic": "是苹果手机的 HEIC 照片，这里打不开。请在手机相册另存为 JPG 后再上传",
    "avif": "是 AVIF 图片，这里打不开。请在手机相册另存为 JPG 后再上传",
    "webp": "是网页用的 WebP 图片，这里打不开。请用看图软件另存为 JPG 后再上传",
    "gif": "是 GIF 动图，不能作为材料。请用看图软件另存为 JPG，或重新拍照后再上传",
    "tiff": "是 TIFF 或相机原始格式图片，这里打不开。扫描时请选 {kinds}，或另存为 JPG 后再上传",
    "bmp": "是 BMP 图片，这里不收。请用“画图”另存为 JPG 后再上传",
    "ico": "是图标文件，不是照片或扫描件。请选择 {kinds} 文件",
    "jp2": "是 JPEG 2000 图片，这里打不开。请另存为普通 JPG 后再上传",
    "jxl": "是 JPEG XL 图片，这里打不开。请另存为普通 JPG 后再上传",
    "svg": "是 SVG 矢量图，不能作为材料。请导出为 {paper} 或 JPG 后再上传",
    "psd": "是 Photoshop 工程文件。请在软件里导出为 JPG 后再上传",
    "eps": "是 EPS/PostScript 文件，这里不收。请导出为 {paper} 后再上传",
    "office": "是 Word、Excel 等办公文档。请打印签字盖章后扫描，或另存为 {paper} 后再上传",
    "ofd": "是 OFD 版式文件，这里还打不开。请在阅读软件里导出为 {paper} 后再上传",
    "caj": "是 CAJ 文件，这里打不开。请在阅读软件里导出为 {paper} 后再上传",
    "drawing": "是 CAD 图纸。请导出为 {paper} 后再上传",
    "archive": "是压缩包。请先解压，再逐个上传里面的 {kinds} 文件",
    "program": "是程序或脚本，不能上传。请选择 {kinds} 文件",
    "html": "是网页文件。请在浏览器里打开，用“打印 → 另存为 {paper}”保存后再上传",
    "xml": "是 XML 数据文件，不能作为材料。请选择 {kinds} 文件",
    "text": "是纯文本文件，不能作为材料。请打印成 {paper}，或拍照后再上传",
    "video": "是视频。请截取清晰的画面存为 JPG，或重新拍照后再上传",
    "sound": "是录音。请选择 {kinds} 文件",
    "unknown": "不是能识别的图片或 PDF，可能已经损坏。请换一个 {kinds} 文件",
}
"""For each rejected type, what the user can do; `kinds` and `paper` are the types that the slot accepts."""


def detect_file_type(data: bytes) -> str:
    """The type of the file: `jpeg`, `png`, `pdf`, or a key of REMEDIES."""
    head = data[:HEAD]
    if head.lstrip(_BLANK).startswith(b"%PDF-"):
        return "pdf"
    if head[4:8] == b"ftyp":
        return _first(_BRANDS, head[8:12])
    if head[:4] == b"RIFF":
        return "webp" if head[8:12] == b"WEBP" else "video"
    if head[:2] == b"PK":
        return next((kind for mark, kind in _ZIPPED if mark in data), "archive")
    if head[257:262] == b"ustar":
        return "archive"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return _detect_text_type(head)


def _detect_text_type(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return "unknown"
    marked = _first(_MARKED, head.lstrip(_BLANK))
    return "text" if marked == "unknown" and _readable(head) else marked


def _first(marks: tuple[tuple[bytes, str], ...], text: bytes) -> str:
    return next((kind for mark, kind in marks if re.search(mark, text, re.I | re.S)), "unknown")


def _readable(head: bytes) -> bool:
    """True for text in UTF-8 or GB 18030, even when truncated within a character."""
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
