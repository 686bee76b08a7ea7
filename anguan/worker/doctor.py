"""Doctor command: checks configuration and operation, one sentence per finding."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import create_engine, distinct, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from anguan.config import Config, refusals
from anguan.core import clock
from anguan.core.lifecycle import DECIDED, SUBMITTED
from anguan.domain.policies import DECLARED, LAST6, load_policies
from anguan.infra.engine import database_file, prepare_engine
from anguan.infra.files import LocalStorage, Storage, is_intact, list_damaged
from anguan.infra.font_sample import draws_chinese
from anguan.infra.fonts import BODY, FACES, FontsMissing, is_installed, read_coverage
from anguan.infra.private_files import list_exposed, make_private_folder
from anguan.infra.transaction import Busy, transaction
from anguan.models import CertificateJob, ChangeRequest, Edition, Event, StoredFile
from anguan.services.review.damaged_files import DAMAGE, MOST_NAMED
from anguan.services.rule_failures import VERB
from anguan.worker.heartbeat import count_overdue, last_heartbeat
from anguan.worker.upgrade import is_current

GIGABYTE = 1024**3
LEVELS = {"ok": ("正常", 32), "warn": ("注意", 33), "bad": ("有误", 31)}
"""Word and terminal colour code of each level."""
WORKER_SILENT = timedelta(minutes=5)
RULE_FAILURES_SHOWN = timedelta(days=7)


@dataclass(frozen=True)
class HealthLine:
    """Result of one check; `level` is ok, warn or bad."""

    level: str
    what: str
    sentence: str

    def show(self, coloured: bool) -> str:
        """Format the line for a terminal."""
        word, colour = LEVELS[self.level]
        mark = f"\033[{colour}m{word}\033[0m" if coloured else word
        return f"[{mark}] {self.what}：{self.sentence}"


def examine(config: Config, every_file: bool = False) -> list[HealthLine]:
    """Run all checks, the most basic first; `every_file` verifies all stored files."""
    found = [*_check_settings(config), _check_modes(config), _check_folder(config), _check_disk(config)]
    found += _check_fonts()
    with _open(config) as session:
        found.append(_try(_check_database, session))
        if found[-1].level == "ok":
            storage = LocalStorage(config.folder / "files")
            checks: list[Callable[[Session], HealthLine]] = [
                _check_clock,
                _check_enterprise_activation,
                _check_worker,
                _check_certificate_jobs,
                _check_rules,
                partial(_check_damage, storage),
            ]
            if every_file:
                checks.append(partial(_check_files, storage))
            found += [_try(check, session) for check in checks]
    return found


def _check_settings(config: Config) -> Iterator[HealthLine]:
    if config.production:
        faults = refusals(config)
        for fault in faults:
            yield HealthLine("bad", "配置", fault)
        if not faults:
            yield HealthLine("ok", "配置", "正式方式，密钥和网址合格")
    else:
        yield HealthLine(
            "warn", "配置", "开发方式，不能给真正的用户使用（正式使用请设 ANGUAN_ENV=production）"
        )
    if config.secure:
        yield HealthLine("ok", "网址", f"{config.address}，加密传输")
    else:
        yield HealthLine("bad", "网址", f"{config.address} 是 http：密码和材料在网络上是明文，请改用 https")


def _check_folder(config: Config) -> HealthLine:
    files = config.folder / "files"
    try:
        make_private_folder(files)
        with tempfile.TemporaryFile(dir=files) as probe:
            probe.write(b"anguan")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return HealthLine("bad", "文件目录", f"{files} 不能写入：{error.strerror}")
    return HealthLine("ok", "文件目录", f"{files} 可以写入")


def _check_modes(config: Config) -> HealthLine:
    """The first `anguan run` or `init` closes what it owns; what is left belongs to somebody else."""
    exposed = list_exposed(config.folder, database_file(config.database))
    if exposed:
        named = "、".join(str(path) for path in exposed[:MOST_NAMED])
        return HealthLine(
            "bad",
            "权限",
            f"服务器上的其他用户可以读到 {named}：请把文件改为 600、目录改为 700，并归运行本系统的用户所有",
        )
    return HealthLine("ok", "权限", "数据目录和数据库只有运行本系统的用户能读")


def _check_disk(config: Config) -> HealthLine:
    free = shutil.disk_usage(config.folder).free / GIGABYTE
    level = "ok" if free >= 5 else "warn" if free >= 1 else "bad"
    return HealthLine(level, "磁盘", f"还有 {free:.1f} GB{'' if level == 'ok' else '，请清理或扩容'}")


def _check_fonts() -> Iterator[HealthLine]:
    try:
        count = sum(len(read_coverage(family)) for family in BODY)
        yield HealthLine("ok", "字体", f"印刷字体齐全（{count} 个字形）")
    except FontsMissing as missing:
        yield HealthLine("bad", "字体", str(missing))
    if draws_chinese():
        yield HealthLine("ok", "查看器", "没有嵌入字体的中文 PDF 能画出文字")
    else:
        yield HealthLine(
            "bad", "查看器", "没有嵌入字体的中文 PDF 画不出文字，请重新运行安装步骤（make run），再检查一次"
        )
    spare = [family for family in FACES if family not in BODY and is_installed(family)]
    if not spare:
        yield HealthLine("warn", "后备字体", "没有安装 fonts-hanazono，极少数生僻字印不出来时会停下并说明")


def _check_database(session: Session) -> HealthLine:
    name = session.get_bind().dialect.name
    if not is_current(session.connection()):
        return HealthLine("bad", "数据库", f"{name} 的表不是最新，运行 anguan run 或 anguan init 会自动迁移")
    with transaction(session):
        session.execute(select(func.count()).select_from(StoredFile))
    return HealthLine("ok", "数据库", f"{name} 可以读写，表是最新的")


def _check_clock(session: Session) -> HealthLine:
    latest = session.scalar(select(func.max(Event.at)))
    if latest is not None and latest > clock.now() + timedelta(minutes=1):
        moment = clock.beijing(latest)
        return HealthLine("bad", "时钟", f"比最后一条记录（{moment:%Y-%m-%d %H:%M}）还早，请与标准时间同步")
    return HealthLine("ok", "时钟", f"北京时间 {clock.beijing(clock.now()):%Y-%m-%d %H:%M:%S}")


def _check_enterprise_activation(session: Session) -> HealthLine:
    """Credit codes and names of legal representatives are public."""
    if load_policies(session).enterprise_activation == LAST6:
        warning = DECLARED["enterprise_activation"].warning
        return HealthLine("bad", "企业首次登录", f"{warning}请在“参数”里改成一次性口令")
    return HealthLine("ok", "企业首次登录", "企业凭一次性口令激活账号")


def _check_worker(session: Session) -> HealthLine:
    seen, overdue = last_heartbeat(session), count_overdue(session)
    if seen is None:
        return HealthLine("warn", "后台作业", "还没有运行过，请启动 anguan run 或 anguan jobs")
    words = f"最后一次在 {clock.beijing(seen):%Y-%m-%d %H:%M}"
    if clock.now() - seen > WORKER_SILENT:
        return HealthLine("bad", "后台作业", f"{words}，现在没有运行；有 {overdue} 件事等着做")
    level = "warn" if overdue else "ok"
    return HealthLine(level, "后台作业", f"{words}，{f'有 {overdue} 件事逾时' if overdue else '没有积压'}")


def _check_certificate_jobs(session: Session) -> HealthLine:
    failed = session.scalars(select(CertificateJob.error).where(CertificateJob.state == "failed")).all()
    hours = load_policies(session).ready_hours
    late = session.scalar(
        select(func.count())
        .select_from(CertificateJob)
        .join(Edition, Edition.id == CertificateJob.edition_id)
        .where(
            CertificateJob.state.in_(("waiting", "drawing")),
            Edition.made_at < clock.now() - timedelta(hours=hours),
        )
    )
    faults = [f"有 {len(failed)} 张证书印不出来，例如：{failed[0]}"] if failed else []
    if late:
        faults.append(f"有 {late} 张证书等了 {hours} 小时以上还没有制成，请在“制证”里点“重新制证”")
    if faults:
        return HealthLine("bad", "制证", "；".join(faults))
    return HealthLine("ok", "制证", "没有失败或逾时的证书")


def _check_rules(session: Session) -> HealthLine:
    """Rules that raised an exception for a recently submitted or decided request."""
    rows = session.execute(
        select(Event.after, func.count(distinct(Event.request_id)))
        .where(Event.verb == VERB, Event.at > clock.now() - RULE_FAILURES_SHOWN)
        .group_by(Event.after)
        .order_by(Event.after)
    ).all()
    if rows:
        each = "、".join(f"{code} {count} 件" for code, count in rows)
        days = RULE_FAILURES_SHOWN.days
        return HealthLine("bad", "自检规则", f"最近 {days} 天有规则出错，由人工核对：{each}；原因见日志")
    return HealthLine("ok", "自检规则", "没有出错的规则")


def _check_damage(storage: Storage, session: Session) -> HealthLine:
    """Open requests that could not be approved because of a damaged file, and still cannot."""
    reports = select(ChangeRequest.number, Event.after).join(Event, Event.request_id == ChangeRequest.id)
    reports = reports.where(
        Event.verb == DAMAGE,
        Event.at >= ChangeRequest.submitted_at,
        ChangeRequest.state.in_((SUBMITTED, DECIDED)),
    )
    damaged = {
        f"{number}（{sha256[:12]}）": None
        for number, hashes in session.execute(reports.order_by(Event.id))
        for sha256 in hashes.split()
        if not is_intact(storage, sha256)
    }
    if damaged:
        named = "、".join(list(damaged)[:MOST_NAMED])
        return HealthLine(
            "bad", "材料", f"{len(damaged)} 份材料读不出来，申请不能通过，请从备份恢复：{named}"
        )
    return HealthLine("ok", "材料", "没有因文件损坏而不能通过的申请")


def _check_files(storage: Storage, session: Session) -> HealthLine:
    damaged = list_damaged(session, storage)
    count = session.scalar(select(func.count()).select_from(StoredFile))
    if damaged:
        return HealthLine("bad", "文件", f"{count} 个文件中有 {len(damaged)} 个缺失或损坏，例如 {damaged[0]}")
    return HealthLine("ok", "文件", f"{count} 个文件都在，内容与登记一致")


def _try(check: Callable[[Session], HealthLine], session: Session) -> HealthLine:
    try:
        return check(session)
    except (SQLAlchemyError, Busy) as error:
        session.rollback()
        return HealthLine("bad", "数据库", f"没有回应：{type(error).__name__}")


@contextmanager
def _open(config: Config) -> Iterator[Session]:
    engine = prepare_engine(create_engine(config.database))
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()
