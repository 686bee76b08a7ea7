"""Mutants of passwords, activation codes, rate limits, registration and number claims."""

from tests.mutants.mutant import Edit, Mutant

_TAKEOVER = "anguan/auth/account_takeover.py"
_CLAIMS = "tests/account/test_number_claims.py"
_THROTTLE = "tests/account/test_throttle.py"
_CODES = "tests/account/test_activation_codes.py"

MUTANTS = (
    Mutant(
        "no_throttle",
        (
            Edit(
                "anguan/auth/throttle.py",
                "    empty: dict[str, datetime] = {}\n",
                "    return Attempt(frozenset())\n    empty: dict[str, datetime] = {}\n",
            ),
        ),
        (
            f"{_THROTTLE}::test_the_sixth_guess_is_refused_even_when_it_is_right[sqlite]",
            f"{_THROTTLE}::test_many_networks_get_five_guesses_together[sqlite]",
            f"{_THROTTLE}::test_of_fifty_concurrent_attempts_five_are_allowed[postgresql]",
            f"{_CODES}::test_five_wrong_attempts_block_for_fifteen_minutes[sqlite]",
            "tests/account/test_second_factor.py::test_guessing_the_code_stops_after_five[sqlite]",
            "tests/public/test_public.py::test_guessing_is_slowed_down_by_the_throttle[sqlite]",
        ),
        "Attempts are counted and refused once a limit is reached.",
    ),
    Mutant(
        "no_dummy_hash",
        (
            Edit(
                "anguan/auth/hashing.py",
                "    spare = _dummy(_is_cheap())",
                "    if kept is None:\n        return False\n    spare = _dummy(_is_cheap())",
            ),
        ),
        (f"{_THROTTLE}::test_every_failure_does_the_same_work",),
        "A login with an unknown name takes the same work as one with a wrong password.",
    ),
    Mutant(
        "initial_never_ends",
        (
            Edit(
                "anguan/auth/activation_codes.py",
                "    end = _end(account, limits)\n    return end is None or clock.now() < end\n",
                "    return True\n",
            ),
        ),
        (f"{_CODES}::test_it_expires_fourteen_days_after_the_first_use[sqlite]",),
        "An initial password ends after the days set for it.",
    ),
    Mutant(
        "initial_opens_all",
        (Edit("anguan/auth/authentication.py", 'stage = "activation"\n', "stage = FULL\n"),),
        (f"{_CODES}::test_last_six_open_the_activation_page_only[sqlite]",),
        "A login with the initial password leads to the activation page only.",
    ),
    Mutant(
        "quick_refusal",
        (
            Edit(
                "anguan/auth/registration.py",
                "                    _open(session, newcomer, hashed, spare=True)\n",
                "",
            ),
        ),
        ("tests/account/test_registration.py::test_the_answer_is_the_same_for_known_and_unknown[sqlite]",),
        "Registering a known number takes the same statements as registering a new one.",
    ),
    Mutant(
        "claim_twice",
        (Edit(_TAKEOVER, '    if claim.state != "open":\n', "    if False:\n"),),
        (f"{_CLAIMS}::test_two_reviewers_at_once_take_over_once[sqlite]",),
        "A number claim is decided once.",
    ),
    Mutant(
        "claim_blocked_by_others",
        (
            Edit(
                "anguan/auth/number_claims.py",
                "buckets: Buckets = [(ASK, place.network)]",
                "buckets: Buckets = [(ASK, wanted)]",
            ),
        ),
        (f"{_CLAIMS}::test_nobody_keeps_the_answer_from_the_claimant[sqlite]",),
        "Wrong codes from other networks do not keep the answer from the claimant.",
    ),
    Mutant(
        "keep_false_requests",
        (Edit(_TAKEOVER, "        end_requests(session, false, actor, reason)\n", ""),),
        (f"{_CLAIMS}::test_the_victim_recovers_in_one_flow[sqlite]",),
        "An accepted number claim ends the open requests of the account that used the number.",
    ),
    Mutant(
        "keep_false_sessions",
        (Edit(_TAKEOVER, "    sessions.end_sessions(session, account)\n", ""),),
        (f"{_CLAIMS}::test_the_victim_recovers_in_one_flow[sqlite]",),
        "An accepted number claim ends the login sessions of the account that used the number.",
    ),
    Mutant(
        "unseen_scans",
        (
            Edit(
                "anguan/panel/accounts/number_claims.py",
                '        if side == "front":\n',
                "        if False:\n",
            ),
        ),
        (f"{_CLAIMS}::test_scans_and_numbers_are_shown_to_reviewers_and_logged[sqlite]",),
        "Each view of the scan that shows a document number is recorded as an event.",
    ),
)
