"""Mutants of claiming, deciding, auditing and importing."""

from tests.mutants.mutant import Edit, Mutant

_CLAIMS = "tests/services/review/test_claims.py"
_TRANSFERS = "tests/services/review/test_transfers.py"
_JUDGEMENTS = "tests/services/review/test_judgements.py"
_JUDGEMENTS_FILE = "anguan/services/judgements.py"
_REVERT = "anguan/services/imports/revert.py"
_IMPORTS = "tests/services/imports/test_import_whole.py"

MUTANTS = (
    Mutant(
        "judged_before_a_change",
        (
            Edit(
                _JUDGEMENTS_FILE,
                "        and _marks(session, (request.id,))[request.id] == judged.marks\n",
                "",
            ),
        ),
        (f"{_JUDGEMENTS}::test_what_changed_after_the_judging_is_decided_on[sqlite]",),
        "A decision rests on what is true in its transaction, although the rules ran before it.",
    ),
    Mutant(
        "judged_before_the_worker",
        (
            Edit(
                _JUDGEMENTS_FILE,
                "(request.version, request.judged_at) == (judged.version, judged.judged_at)",
                "request.version == judged.version",
            ),
        ),
        (f"{_JUDGEMENTS}::test_a_judgement_does_not_outlast_the_marks_that_a_worker_has_judged[sqlite]",),
        "A change that the worker has judged meanwhile is noticed by a decision.",
    ),
    Mutant(
        "judged_under_other_settings",
        (Edit(_JUDGEMENTS_FILE, "        and load_policies(session) is judged.policies\n", ""),),
        (f"{_JUDGEMENTS}::test_a_judgement_holds_until_something_of_it_changes[sqlite]",),
        "A decision rests on the settings of its transaction.",
    ),
    Mutant(
        "judged_on_other_documents",
        (Edit(_JUDGEMENTS_FILE, "        and _documents(session, request) == judged.documents\n", ""),),
        (f"{_JUDGEMENTS}::test_a_judgement_holds_until_something_of_it_changes[sqlite]",),
        "A decision rests on the documents that are there in its transaction.",
    ),
    Mutant(
        "no_claim",
        (
            Edit(
                "anguan/services/review/claims.py", "        elif row.until > now:\n", "        elif False:\n"
            ),
        ),
        (
            f"{_CLAIMS}::test_two_who_claim_one_request_do_not_both_get_it[postgresql-take]",
            f"{_CLAIMS}::test_two_who_claim_one_request_do_not_both_get_it[sqlite-give_to_senior]",
        ),
        "A request that a reviewer has claimed is claimed by nobody else.",
    ),
    Mutant(
        "no_claim_transfer",
        (
            Edit(
                "anguan/services/review/transfers.py",
                "        if row is not None and not allowed:\n",
                "        if False:\n",
            ),
        ),
        (f"{_TRANSFERS}::test_who_may_transfer_and_to_whom[sqlite]",),
        "A claimed request is transferred only by its reviewer or a senior reviewer.",
    ),
    Mutant(
        "no_claim_decision",
        (
            Edit(
                "anguan/services/review/decisions.py",
                "        if held is not None and held.account_id != account_id:\n",
                "        if False:\n",
            ),
        ),
        (f"{_CLAIMS}::test_a_claim_lasts_is_extended_expires_and_is_taken_over[sqlite]",),
        "A request that another reviewer has claimed is not decided.",
    ),
    Mutant(
        "recheck_twice",
        (
            Edit(
                "anguan/services/review/audits.py",
                "        if held.done_at is not None:\n",
                "        if False:\n",
            ),
        ),
        ("tests/services/review/test_audits.py::test_a_result_is_given_once_by_the_chosen_auditor[sqlite]",),
        "The result of an audit is recorded once.",
    ),
    Mutant(
        "no_drift_check",
        (
            Edit("anguan/services/review/decisions.py", "    if view.drifted:\n", "    if False:\n"),
            Edit(
                "anguan/services/review/register_changes.py",
                "        if current_value(session, dossier, item) != item.before:\n",
                "        if False:\n",
            ),
        ),
        (
            "tests/matters/test_every_matter.py::test_drift_is_refused_until_it_is_read_again[profile_change-sqlite]",
        ),
        "A request whose register values changed since it was submitted is not approved.",
    ),
    Mutant(
        "import_together",
        (Edit("anguan/services/imports/execute.py", "        next_number(session, QUEUE, 0)\n", ""),),
        (f"{_IMPORTS}::test_two_imports_at_once_do_not_double[postgresql]",),
        "Two imports do not write at the same time.",
    ),
    Mutant(
        "undo_blindly",
        (
            Edit(_REVERT, "            _refuse_changed(session, batch_id)\n", ""),
            Edit(_REVERT, "            _refuse_referenced(session, made)\n", ""),
        ),
        (f"{_IMPORTS}::test_what_was_built_on_is_not_taken_back[sqlite]",),
        "An import is not reverted after its rows were changed or used.",
    ),
    Mutant(
        "no_photo_guard",
        (Edit("anguan/services/photos/photo_tool.py", "        if moved:\n", "        if False:\n"),),
        ("tests/portal/test_photo_tool.py::test_the_photo_that_is_used_is_the_one_that_was_shown",),
        "A cropped photo is kept only when the original is still the one that was shown.",
    ),
)
