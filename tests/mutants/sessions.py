"""Mutants of login sessions and the second factor."""

from tests.mutants.mutant import Edit, Mutant

_SESSIONS = "anguan/auth/sessions.py"
_LOGIN = "tests/account/test_login.py"

MUTANTS = (
    Mutant(
        "readers_wait",
        (Edit("anguan/auth/sessions.py", "own=True, wait_ms=0)", "own=True)"),),
        ("tests/web/test_busy.py::test_a_page_does_not_wait_for_a_writer[sqlite]",),
        "A page that is only read does not wait for a writer.",
    ),
    Mutant(
        "kept_for_all",
        (
            Edit(
                "anguan/web/kept_forms.py",
                """    if not hmac.compare_digest(request.form.get(FILLED_BY, ""), _mark(account_id)):\n""",
                "    if False:\n",
            ),
        ),
        ("tests/web/forms/test_kept_forms.py::test_nobody_else_reads_it[sqlite]",),
        "Text that came too late is kept only for the account that had the form open.",
    ),
    Mutant(
        "keep_old_session",
        (Edit(_SESSIONS, "if replaces is not None:", "if False:"),),
        (f"{_LOGIN}::test_logging_in_again_ends_the_session_it_replaces",),
        "A login ends the session that it replaces.",
    ),
    Mutant(
        "no_session_end",
        (Edit(_SESSIONS, "ended = row.ended_at is not None", "ended = False"),),
        (f"{_LOGIN}::test_logout_kills_a_copied_cookie",),
        "A session that was ended is refused, also from a copied cookie.",
    ),
    Mutant(
        "no_idle_end",
        (Edit(_SESSIONS, "if ended or disabled or idle or", "if ended or disabled or"),),
        (f"{_LOGIN}::test_quiet_sessions_end_staff_first",),
        "A session without requests ends after the minutes set for its role.",
    ),
    Mutant(
        "no_disable",
        (Edit(_SESSIONS, "disabled = account.disabled_at is not None\n", "disabled = False\n"),),
        (f"{_LOGIN}::test_a_disabled_account_is_out_at_the_next_request[sqlite]",),
        "A session of a disabled account is refused at its next request.",
    ),
    Mutant(
        "totp_replay",
        (
            Edit(
                "anguan/auth/totp.py",
                "where(Account.id == account.id, Account.totp_step < step)",
                "where(Account.id == account.id)",
            ),
        ),
        ("tests/account/test_second_factor.py::test_a_used_code_is_worth_nothing",),
        "A code of the second factor is accepted once.",
    ),
)
