"""Mutants of passwords, activation codes, rate limits, registration and number claims."""

from tests.mutants.mutant import Edit, Mutant

_TAKEOVER = "anguan/auth/account_takeover.py"
_CLAIMS = "tests/account/test_number_claims.py"
_THROTTLE = "tests/account/test_throttle.py"
_DEVICES = "tests/account/test_devices.py"
_GUESSES = "tests/account/test_guess_limits.py"
_LIMITS = "anguan/auth/guess_limits.py"
_CODES = "tests/account/test_activation_codes.py"
_FIRMS = "tests/account/test_enterprise_activation.py"

MUTANTS = (
    Mutant(
        "no_throttle",
        (
            Edit(
                "anguan/auth/throttle.py",
                "    with transaction(session, own=True) as own:\n        for at,",
                "    return Attempt()\n    with transaction(session, own=True) as own:\n        for at,",
            ),
        ),
        (
            f"{_GUESSES}::test_the_sixth_guess_at_a_known_place_is_refused_even_when_it_is_right[sqlite]",
            f"{_GUESSES}::test_the_delay_for_unknown_places_grows[sqlite]",
            f"{_THROTTLE}::test_of_fifty_concurrent_attempts_few_are_allowed[postgresql-rate]",
            f"{_CODES}::test_wrong_names_have_to_wait_and_lose_nothing[sqlite]",
            "tests/account/test_second_factor.py::test_guessing_the_code_stops_after_five[sqlite]",
            "tests/public/test_public.py::test_guessing_is_slowed_down_by_the_throttle[sqlite]",
        ),
        "Attempts are counted and refused once a limit is reached.",
    ),
    Mutant(
        "turns_at_once",
        (
            Edit(
                "anguan/auth/throttle.py",
                "                where=or_(Throttle.until <= now, Throttle.taken < 1),\n",
                "",
            ),
        ),
        (
            f"{_THROTTLE}::test_of_fifty_concurrent_attempts_few_are_allowed[postgresql-delay]",
            f"{_GUESSES}::test_an_attack_from_everywhere_neither_gets_through_nor_locks_out[sqlite]",
        ),
        "A growing delay lets one attempt pass and the others wait.",
    ),
    Mutant(
        "one_limit_for_all_places",
        (
            Edit(
                _LIMITS,
                "    if known.network:\n        return ((limits.place,",
                "    if False:\n        return ((limits.place,",
            ),
        ),
        (
            f"{_GUESSES}::test_strangers_cannot_lock_the_owner_out_of_a_known_network[sqlite]",
            f"{_GUESSES}::test_an_attack_from_everywhere_neither_gets_through_nor_locks_out[sqlite]",
        ),
        "Attempts from elsewhere do not count against a network that the account knows.",
    ),
    Mutant(
        "strangers_unlimited",
        (
            Edit(
                _LIMITS,
                "    return ((limits.strangers, subject),)\n",
                '    return ((limits.place, f"{subject}:{place.network}"),)\n',
            ),
        ),
        (
            f"{_GUESSES}::test_the_delay_for_unknown_places_grows[sqlite]",
            f"{_GUESSES}::test_an_attack_from_everywhere_neither_gets_through_nor_locks_out[sqlite]",
        ),
        "All unknown places together have five guesses in a quarter of an hour.",
    ),
    Mutant(
        "device_of_anybody",
        (
            Edit(
                _LIMITS,
                "    device = kept.where(",
                "    device = select(RememberedDevice.token_hash).where(",
            ),
        ),
        (f"{_DEVICES}::test_a_device_helps_only_the_account_that_used_it[sqlite]",),
        "A remembered device is known to the account that used it and to no other.",
    ),
    Mutant(
        "networks_of_a_wandering_device",
        (
            Edit(
                "anguan/auth/devices.py",
                ".values(until=now + LASTS)",
                ".values(until=now + LASTS, network=network)",
            ),
        ),
        (f"{_DEVICES}::test_a_wandering_phone_opens_no_networks[sqlite]",),
        "A network is known only where a device was first remembered.",
    ),
    Mutant(
        "device_outlives_password",
        (Edit("anguan/auth/passwords.py", "    forget_devices(session, account)\n", ""),),
        (f"{_DEVICES}::test_a_new_password_makes_every_place_unknown[sqlite]",),
        "A new password makes the places known by the old one unknown.",
    ),
    Mutant(
        "code_waits_for_strangers",
        (
            Edit(
                "anguan/auth/authentication.py",
                "not (taken.allowed or first)",
                "not taken.allowed",
            ),
        ),
        (
            f"{_GUESSES}::test_a_code_of_the_office_passes_while_strangers_guess[sqlite]",
            f"{_CODES}::test_wrong_codes_typed_by_others_keep_nobody_out[sqlite]",
        ),
        "A one-time code of the office passes while strangers guess.",
    ),
    Mutant(
        "spraying_shuts_out",
        (Edit(_LIMITS, "    if taken.refused != SPRAY.name:\n", "    if True:\n"),),
        (f"{_GUESSES}::test_spraying_from_everywhere_only_slows[sqlite]",),
        "Wrong attempts on all accounts together only slow unknown places.",
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
                "    return account.initial_until is None or clock.now() < account.initial_until\n",
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
        "public_facts_open_enterprises",
        (
            Edit(
                "anguan/auth/activation_codes.py",
                '    way = limits.enterprise_activation if role == "enterprise" else limits.initial_secret\n',
                "    way = limits.initial_secret\n",
            ),
        ),
        (f"{_FIRMS}::test_the_pages_tell_the_truth_under_every_policy[last6-code-sqlite]",),
        "The end of a credit code opens the account of an enterprise only under the policy that says so.",
    ),
    Mutant(
        "licence_opens_active_account",
        (
            Edit(
                "anguan/auth/licence_claims.py",
                "        if account.password_hash is not None or account.disabled_at is not None:\n",
                "        if False:\n",
            ),
        ),
        (f"{_FIRMS}::test_a_licence_takes_no_active_account[sqlite]",),
        "A licence gives nobody the account of an enterprise that has a password.",
    ),
    Mutant(
        "query_code_outlives_activation",
        (Edit("anguan/auth/number_claims.py", " or session.scalar(select(used))", ""),),
        (f"{_FIRMS}::test_an_old_query_code_gets_no_code_after_a_reset[sqlite]",),
        "After the activation a claim gives no more codes, not even when the office resets the account.",
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
                "take_attempt(session, ((ASK, place.network),))",
                "take_attempt(session, ((ASK, wanted),))",
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
        "views_of_all",
        (
            Edit(
                "anguan/services/saved_views.py",
                "SavedView.id == id, SavedView.account_id == account_id, SavedView.list_name == list_name",
                "SavedView.id == id",
            ),
        ),
        ("tests/panel/lists/test_list_component.py::test_own_views_keep_filters_order_and_columns[sqlite]",),
        "An account deletes its own views only.",
    ),
    Mutant(
        "unseen_scans",
        (
            Edit(
                "anguan/panel/accounts/number_claims.py",
                '        if side == "front" or row.document_type == LICENCE:\n',
                "        if False:\n",
            ),
        ),
        (f"{_CLAIMS}::test_scans_and_numbers_are_shown_to_reviewers_and_logged[sqlite]",),
        "Each view of the scan that shows a document number is recorded as an event.",
    ),
)
