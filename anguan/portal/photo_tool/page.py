"""Data of the photo tool's page: the open picture, the check results, the draft to return to."""

import re
from dataclasses import asdict
from typing import Any

from flask import render_template, request, url_for

from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.core.record_ids import read_id
from anguan.extensions import db, storage
from anguan.infra.inspection import Unacceptable
from anguan.infra.portraits import CHECKS, WORDS, CheckNote, Portrait
from anguan.models import ChangeRequest
from anguan.portal.visitor import crumbs, current_account
from anguan.services.photos import photo_tool
from anguan.services.photos.id_photos import limits_of, waiting_photo
from anguan.services.photos.photo_tool import Opened
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests.filing import own_request
from anguan.web.redirects import endpoint_of

_EDIT = re.compile(r"/requests/(\d+)/edit")

PhotoCheckLine = dict[str, str]


def show_page(errors: list[tuple[str, str]] | None = None, unsure: bool = False) -> str:
    """Render the page; `unsure` when a warning was not acknowledged."""
    me = current_account()
    opened = photo_tool.read_opened(db.session, storage(), me)
    portrait, errors = None, list(errors or [])
    if opened is not None:
        try:
            portrait = photo_tool.cut_opened(db.session, storage(), opened)
        except (Refused, Unacceptable) as refused:
            errors.append(("picture", finish_url(refused.sentence)))
    if unsure and portrait:
        errors.append(
            ("acknowledge", "检查有提醒。请调整裁剪框或换一张照片；确认没有问题的，勾选“仍要使用”再保存。")
        )
    draft = read_draft()
    limits = limits_of(db.session)
    return render_template(
        "portal/photo.html",
        crumbs=crumbs(("个人信息", url_for(".profile")), ("证件照片", None)),
        opened=opened and read_figures(opened),
        least=(limits.width, limits.height),
        checks=_checks(opened, portrait, limits.width, limits.height) if opened and portrait else (),
        warnings=[found.sentence for found in portrait.warnings] if portrait else (),
        blocked=bool(portrait and portrait.blocks),
        waiting=waiting_photo(db.session, me),
        errors=errors,
        next=return_url(),
        draft=draft,
    )


def _checks(opened: Opened, portrait: Portrait, width: int, height: int) -> list[PhotoCheckLine]:
    """The check results, blocking ones first."""
    found = {one.code: one for one in portrait.findings}
    wide, high = opened.box.width, opened.box.height
    small = found.get("small")
    lines = [
        _line(f"尺寸不低于 {width}×{height}", f"{wide}×{high}", small),
        _line("高宽比 1.3", f"{high / wide:.3f}"),
        _line("格式 jpg，文件完整", "正常"),
    ]
    for _, title, codes, word in CHECKS:
        one = next((found[code] for code in codes if code in found), None)
        lines.append(_line(title, WORDS[one.code] if one else word, one))
    if faces := found.get("faces"):
        lines.append(_line("正面的脸", "请留意", faces))
    return lines


def _line(title: str, value: str, noted: CheckNote | None = None) -> PhotoCheckLine:
    level, sentence = (noted.level, noted.sentence) if noted else ("ok", "")
    return {"title": title, "value": value, "level": level, "sentence": sentence}


def read_figures(opened: Opened) -> dict[str, Any]:
    """What a script needs to know of the open picture."""
    width, height = opened.size
    return {"width": width, "height": height, "turn": opened.turn, "box": asdict(opened.box)}


def read_draft() -> ChangeRequest | None:
    """The own draft from which the holder opened the tool, or None."""
    target = request.values.get("next", "")
    found = _EDIT.search(target) if endpoint_of(target) == "portal.edit" else None
    if found is None:
        return None
    try:
        row = own_request(db.session, current_account(), read_id(found[1]) or 0)
    except NotFound:
        return None
    return row if row.state in (DRAFT, RETURNED) else None


def return_url() -> str:
    """The form from which the holder opened the tool, saved already or not; '' without one."""
    target = request.values.get("next", "")
    return target if endpoint_of(target) == "portal.start" or read_draft() else ""


def finish_url(sentence: str) -> str:
    """The sentence with its full stop."""
    return sentence if sentence.endswith("。") else f"{sentence}。"
