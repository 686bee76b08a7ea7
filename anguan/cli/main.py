"""The command `anguan`: run, init, demo, jobs, import, doctor."""

import argparse
import getpass
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import FrameType

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from anguan import __version__
from anguan.auth.accounts import NotAllowed, first_administrator
from anguan.auth.hashing import hash_secret
from anguan.cli import processes
from anguan.cli.import_command import run_import_command
from anguan.config import DEMO_MARK, Config, ConfigRefused, read, refusals
from anguan.core import clock
from anguan.demo.bulk import fill_queue
from anguan.demo.listing import list_accounts, show_accounts
from anguan.demo.load import STALE_AFTER, clear, is_demo, is_fresh, load, loaded_on
from anguan.extensions import db, storage
from anguan.factory import create_app
from anguan.infra.engine import prepare_engine
from anguan.infra.files import LocalStorage
from anguan.infra.outages import is_outage, reason_of
from anguan.infra.private_files import make_private_folder, write_private
from anguan.infra.transaction import transaction
from anguan.services.imports.kinds import KINDS
from anguan.worker.context import JobContext
from anguan.worker.doctor import examine
from anguan.worker.loop import run_worker
from anguan.worker.seed import seed
from anguan.worker.upgrade import upgrade


class CommandError(Exception):
    """The command cannot continue; the text says why."""


UNREACHABLE = """连不上数据库，没有启动。
  数据库说：{}
  请检查：数据库服务是否已启动；ANGUAN_DATABASE_URL 的地址、端口、库名、用户名和密码是否正确；
  用 SQLite 时，数据目录 ANGUAN_DATA_DIR 是否存在、可写、磁盘未满。
  改好后重新运行；anguan doctor 可逐项检查。"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.do(chosen) or 0)
    except (CommandError, ConfigRefused, NotAllowed, processes.CannotListen) as reason:
        print(reason, file=sys.stderr)
        return 1
    except OperationalError as error:
        if not is_outage(error):
            raise
        print(UNREACHABLE.format(reason_of(error)), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已停止。", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("anguan", description="安管人员考核管理系统")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}", help="版本")
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")
    run = commands.add_parser("run", help="启动网站和后台作业；第一次启动装入演示数据")
    run.add_argument("--server", choices=("waitress", "gunicorn"), default="waitress", help="网站服务程序")
    run.set_defaults(do=_run)
    commands.add_parser("init", help="正式使用：建表，设第一位管理员").set_defaults(do=_init)
    demo = commands.add_parser("demo", help="把演示数据恢复原样")
    demo.add_argument("--json", action="store_true", help="只以 JSON 印出演示账号")
    demo.add_argument("--reset", action="store_true", help="恢复原样（与 --json 同用时）")
    demo.add_argument(
        "--crowd", dest="bulk", type=int, metavar="N", help="再装入 N 件待审申请，供演练审核（不动已有的）"
    )
    demo.set_defaults(do=_demo)
    jobs = commands.add_parser("jobs", help="运行后台作业：制证、到期、清理")
    jobs.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    jobs.set_defaults(do=_jobs)
    import_ = commands.add_parser("import", help="从 xlsx 或 csv 导入企业、资质、人员、学时、证书")
    import_.add_argument("kind", choices=tuple(KINDS), metavar="KIND", help="、".join(KINDS))
    import_.add_argument("file", type=Path, metavar="FILE", help="xlsx 或 csv 文件")
    import_.add_argument("--dry-run", action="store_true", help="只检查，不写入")
    import_.set_defaults(do=_import)
    doctor = commands.add_parser("doctor", help="逐项检查配置和运行情况")
    doctor.add_argument("--files", action="store_true", help="再逐个核对保存的文件（恢复备份之后）")
    doctor.set_defaults(do=_doctor)
    return parser


def _run(chosen: argparse.Namespace) -> int:
    config = _checked(read())
    fixed = bool(os.environ.get("ANGUAN_PORT") or os.environ.get("PORT"))
    with closing(processes.bind_port(config.bind_host, int(config.port), fixed)) as listener:
        wanted, config = config.port, replace(config, port=str(listener.getsockname()[1]))
        app, loaded = _prepare(config)
        _greet(config, loaded)
        if config.port != wanted:
            print(f"端口 {wanted} 已被占用，改用 {config.port}。", flush=True)
        environment = processes.child_environment(ANGUAN_PORT=config.port)
        signal.signal(signal.SIGTERM, _exit)
        with processes.run_worker_beside(environment):
            if chosen.server == "gunicorn":
                listener.close()
                return processes.serve_with_gunicorn(config.bind_host, int(config.port), environment)
            processes.serve_here(app, listener, config.hops > 0)
    return 0


def _prepare(config: Config) -> tuple[Flask, date | None]:
    """The application with an up-to-date database and accounts, and the day its demo data was loaded."""
    with _application(config) as (app, session):
        half_loaded = is_demo(session) and loaded_on(session) is None
        if half_loaded or (is_fresh(session) and not config.production):
            _load_demo(config, session)
        elif is_fresh(session):
            raise CommandError("数据库里还没有管理员，请先运行 anguan init。")
        return app, loaded_on(session)


def _init(_chosen: argparse.Namespace) -> int:
    with _application(_checked(read())) as (_, session):
        if is_demo(session):
            raise CommandError(
                "数据库里是演示数据。正式使用请换数据目录和数据库（ANGUAN_DATA_DIR、ANGUAN_DATABASE_URL）。"
            )
        print("设第一位系统管理员。系统里没有任何默认密码。")
        login, name = _ask("登录名"), _ask("姓名")
        password = _ask_hidden("密码")
        if password != _ask_hidden("再输一次密码"):
            raise CommandError("两次输入的密码不一致，没有设立。")
        with transaction(session):
            seed(session)
            account = first_administrator(session, login, name, password)
            print(f"已设立管理员 {account.name}，登录名 {account.login}。")
    return 0


def _demo(chosen: argparse.Namespace) -> int:
    if chosen.bulk:
        return _fill_queue(chosen.bulk)
    if chosen.reset or not chosen.json:
        config = read()
        if config.production:
            raise CommandError("正式方式下没有演示数据。")
        with _application(config) as (_, session):
            if not (is_demo(session) or is_fresh(session)):
                raise CommandError("这个数据库不是演示数据库，没有动它。")
            _load_demo(config, session)
    print(json.dumps(list_accounts(), ensure_ascii=False, indent=2) if chosen.json else show_accounts())
    return 0


def _fill_queue(count: int) -> int:
    with _application(read()) as (_, session):
        if is_fresh(session):
            raise CommandError("还没有演示数据，请先运行 anguan demo。")
        if loaded_on(session) is None:
            raise CommandError("这个数据库不是演示数据库，没有动它。")
        print(f"正在装入 {count} 件待审申请 …", file=sys.stderr, flush=True)
        try:
            fill_queue(session, storage(), count)
        except ValueError as error:
            raise CommandError(f"{error}。") from error
    return 0


def _jobs(chosen: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    config = _checked(read())
    stop = threading.Event()
    processes.end_with(stop, chosen.with_parent)
    engine = prepare_engine(create_engine(config.database, pool_pre_ping=True))
    tools = JobContext(LocalStorage(config.folder / "files"), config.address)
    run_worker(sessionmaker(engine), tools, stop)
    engine.dispose()
    return 0


def _import(chosen: argparse.Namespace) -> int:
    with _application(_checked(read())) as (_, session):
        if is_fresh(session):
            raise CommandError("数据库里还没有管理员，请先运行 anguan init。")
        return run_import_command(session, storage(), chosen.kind, chosen.file, chosen.dry_run)


def _doctor(chosen: argparse.Namespace) -> int:
    found = examine(read(), chosen.files)
    print("\n".join(finding.show(sys.stdout.isatty()) for finding in found))
    return int(any(finding.level == "bad" for finding in found))


def _checked(config: Config) -> Config:
    if reasons := refusals(config):
        raise ConfigRefused("不能这样启动：\n" + "\n".join(f"  · {reason}" for reason in reasons))
    return config


@contextmanager
def _application(config: Config) -> Iterator[tuple[Flask, Session]]:
    """The application with up-to-date tables, and a session on them."""
    make_private_folder(config.folder)
    upgrade(config.database)
    app = create_app(config)
    with app.app_context():
        try:
            yield app, db.session
        finally:
            db.close_session()
            db.engine.dispose()


def _load_demo(config: Config, session: Session) -> None:
    print("正在装入演示数据，约需十几秒 …", file=sys.stderr, flush=True)
    if not is_fresh(session):
        clear(session)
    load(session, storage(), hash_secret, config.address)
    write_private(config.folder / DEMO_MARK, json.dumps({"loaded_on": clock.today().isoformat()}) + "\n")


def _greet(config: Config, loaded: date | None) -> None:
    if loaded is not None:
        print(show_accounts())
        age = clock.today() - loaded
        if age > STALE_AFTER:
            print(f"演示数据是 {age.days} 天前（{loaded}）装入的，其中的日期已经过时：make demo 可恢复原样。")
    print(f"\n网址  {config.address}\n按 Ctrl-C 停止。", flush=True)


def _exit(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _ask(what: str) -> str:
    answer = input(f"{what}：").strip()
    if not answer:
        raise CommandError(f"没有填写{what}。")
    return answer


def _ask_hidden(what: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{what}（不显示）：")
    return sys.stdin.readline().rstrip("\n")


if __name__ == "__main__":
    sys.exit(main())
