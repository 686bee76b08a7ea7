"""Mutants of what decides a race and of what a death of the process must not break."""

from tests.mutants.mutant import Edit, Mutant

_RACES = "tests/worker/test_races.py"
_KILLS = "tests/worker/test_kills.py"
_RACE = f"{_RACES}::test_a_race_has_one_winner_in_both_orders"
_DECISIONS = "anguan/services/review/decisions.py"
_REGISTER_CHANGES = "anguan/services/review/register_changes.py"
_TRANSITIONS = "anguan/services/transitions.py"
_JOBS = "anguan/worker/certificate_jobs.py"
_UPLOADS = "tests/services/requests/test_uploads.py"

_COMPARE = (
    Edit(_DECISIONS, "        if request.state != SUBMITTED:\n", "        if False:\n"),
    Edit(
        _DECISIONS,
        "        if (given.seen_version, given.seen_digest) != (request.version, view.digest):\n",
        "        if False:\n",
    ),
    Edit(
        _TRANSITIONS,
        "            ChangeRequest.state == request.state,\n"
        "            ChangeRequest.version == request.version,\n",
        "",
    ),
)
_ROW_LOCK = (Edit(_TRANSITIONS, ".with_for_update(of=ChangeRequest)\n", "\n"),)
_DRIFT = (
    Edit(_DECISIONS, "    if view.drifted:\n", "    if False:\n"),
    Edit(
        _REGISTER_CHANGES,
        "        if current_value(session, dossier, item) != item.before:\n",
        "        if False:\n",
    ),
)
_BARE = (*_COMPARE, *_ROW_LOCK, *_DRIFT)
"""All that stands between two people and one request; any one of them alone still refuses the second."""
_INDEX = Edit(
    "anguan/models/requests.py",
    '            "step",\n            unique=True,\n',
    '            "step",\n            unique=False,\n',
)

MUTANTS = (
    Mutant(
        "unseen_values",
        (
            Edit(
                "anguan/services/edit_conflicts.py",
                "    if moved - kept:\n",
                "    if False:\n",
            ),
        ),
        (
            "tests/web/forms/test_two_tabs.py::test_two_tabs_of_one_draft[sqlite-profile_change]",
            "tests/web/forms/test_two_tabs.py"
            "::test_the_later_one_sees_both_values_and_chooses[sqlite-panel_policy]",
        ),
        "Nobody overwrites a value that was saved after the form had been opened.",
    ),
    Mutant(
        "no_compare",
        (*_BARE, _INDEX),
        (f"{_RACE}[postgresql-decide_twice]",),
        "Of two decisions on one request only the first is accepted.",
    ),
    Mutant(
        "no_row_lock",
        _BARE,
        (f"{_RACE}[postgresql-meet_withdrawal]",),
        "Of a decision and a withdrawal only the first is accepted.",
    ),
    Mutant(
        "bare_register",
        _BARE,
        (f"{_RACE}[postgresql-meet_register]",),
        "An approval does not overwrite what another transaction wrote to the register meanwhile.",
    ),
    Mutant(
        "bare_documents",
        _BARE,
        (f"{_RACE}[postgresql-meet_paper]",),
        "A decision is made on the documents that the reviewer saw.",
    ),
    Mutant(
        "bare_undo",
        (*_BARE, _INDEX),
        (f"{_RACE}[postgresql-undo_in_time]",),
        "An undone decision does not take effect, and one that took effect is not undone.",
    ),
    Mutant(
        "no_record_lock",
        (
            Edit(
                "anguan/services/requests/submissions.py",
                "            session.execute(insert(Lock), wanted)\n",
                "            pass\n",
            ),
        ),
        (f"{_RACE}[sqlite-file_both]", f"{_RACE}[postgresql-file_both]"),
        "Two open requests do not write the same record.",
    ),
    Mutant(
        "no_certificate_lock",
        (
            Edit(
                "anguan/services/requests/filing.py",
                "    if request.certificate_id is not None:\n        session.get_one(\n",
                "    if False:\n        session.get_one(\n",
            ),
        ),
        (f"{_RACE}[postgresql-meet_sweep]",),
        "A renewal submitted in time keeps its certificate from expiring at midnight.",
    ),
    Mutant(
        "no_begin",
        (
            Edit(
                "anguan/infra/engine.py",
                '    connection.exec_driver_sql("BEGIN" if wait is None else "BEGIN IMMEDIATE")\n',
                "    return\n",
            ),
        ),
        (f"{_RACES}::test_numbers_are_unique_and_leave_no_gap[sqlite]",),
        "A transaction on SQLite is rolled back as a whole.",
    ),
    Mutant(
        "read_then_count",
        (
            Edit(
                "anguan/domain/numbers.py",
                '    return int(session.execute(_TAKE, {"kind": kind, "year": year}).scalar_one())\n',
                "    from anguan.models import Counter\n\n"
                "    row = session.merge(Counter(kind=kind, year=year))\n"
                "    row.last = (row.last or 0) + 1\n"
                "    return row.last\n",
            ),
        ),
        (f"{_RACES}::test_numbers_are_unique_and_leave_no_gap[postgresql]",),
        "A number is taken by one statement, so that it is never given twice.",
    ),
    Mutant(
        "no_key",
        (
            Edit(
                "anguan/infra/idempotency.py",
                "    if claimed is not None:\n",
                "    if True:\n",
            ),
        ),
        (f"{_RACES}::test_eight_clicks_are_one_request[sqlite]",),
        "A form that is sent again gets the answer that it got before.",
    ),
    Mutant(
        "no_draft_index",
        (
            Edit(
                "anguan/models/requests.py",
                '            "subject_key",\n            unique=True,\n',
                '            "subject_key",\n            unique=False,\n',
            ),
        ),
        (f"{_RACES}::test_eight_clicks_are_one_request[postgresql]",),
        "One person has one draft of a matter about one record, however many tabs begin it.",
    ),
    Mutant(
        "draw_twice",
        (
            Edit(_JOBS, '    if edition.job.state == "ready":\n', "    if False:\n"),
            Edit(
                _JOBS,
                '        if job.state == "ready":\n            return\n        certificate =',
                "        if False:\n            return\n        certificate =",
            ),
        ),
        (f"{_KILLS}::test_a_certificate_is_rendered_once_though_its_worker_dies[sqlite]",),
        "A job that runs again does not render a certificate a second time.",
    ),
    Mutant(
        "finish_first",
        (
            Edit(
                "anguan/worker/loop.py",
                "        KINDS[kind](session, tools, payload)\n",
                "        with transaction(session):\n"
                "            finish(session, row_id)\n"
                "        KINDS[kind](session, tools, payload)\n",
            ),
        ),
        (f"{_KILLS}::test_a_decision_takes_effect_once_though_its_worker_dies[sqlite]",),
        "A job is marked as done after its work is committed, not before.",
    ),
    Mutant(
        "rows_before_files",
        (
            Edit(
                "anguan/infra/files.py",
                "    for clean in wanted:\n        storage.keep(clean.data)\n",
                "    from sqlalchemy import event\n\n"
                "    for clean in wanted:\n"
                "        event.listen(\n"
                '            session, "after_transaction_end",\n'
                "            lambda _, ended, data=clean.data: ended.parent or storage.keep(data),\n"
                "        )\n",
            ),
        ),
        ("tests/infra/test_files_kill.py::test_an_acknowledged_upload_survives_a_death_at_any_point",),
        "The bytes of a file are on disk before its row is committed.",
    ),
    Mutant(
        "rows_without_files",
        (Edit("anguan/services/uploads.py", "        storage.keep(clean.data)\n", ""),),
        (f"{_UPLOADS}::test_a_file_that_is_refused_holds_up_no_other[sqlite]",),
        "The bytes of a file of a form are stored before the transaction that refers to them.",
    ),
    Mutant(
        "form_without_typed",
        (
            Edit(
                "anguan/services/requests/attachments.py",
                "    with transaction(session, keep=True), session.no_autoflush:\n",
                "    require_stored(inspected)\n"
                "    with transaction(session, keep=True), session.no_autoflush:\n",
            ),
        ),
        (f"{_UPLOADS}::test_what_was_typed_is_saved_when_the_disk_takes_no_file[sqlite]",),
        "What was typed is saved although the disk takes no file.",
    ),
    Mutant(
        "restore_over_newer",
        (
            Edit(
                "anguan/infra/settings.py",
                "        if seen is not None and seen != last:\n",
                "        if False:\n",
            ),
        ),
        ("tests/panel/settings/test_moved_on.py::test_a_restore_shows_what_was_saved_meanwhile[1]",),
        "A restore does not overwrite a version of a setting that its page did not show.",
    ),
)
