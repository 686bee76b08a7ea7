"""Mutants of who may open which page, and of what a request may carry."""

from tests.mutants.mutant import Edit, Mutant

_ACCESS = "anguan/web/access.py"
_ROUTES = "tests/web/test_access.py"
_SCOPE = "anguan/domain/region_scope.py"
_REGIONS = "tests/panel/common/test_region_scope.py"
_BOX = "tests/panel/common/test_search_box.py"

MUTANTS = (
    Mutant(
        "open_doors",
        (
            Edit(
                _ACCESS,
                "    if endpoint is None:\n        return None\n",
                "    if endpoint not in current_app.extensions[_TABLE]:\n        return None\n",
            ),
        ),
        (f"{_ROUTES}::test_a_route_without_roles_opens_for_nobody[sqlite]",),
        "A route without access classes opens for nobody.",
    ),
    Mutant(
        "no_guard",
        (
            Edit(
                _ACCESS,
                "    if may_open(who, endpoint):\n        return None\n",
                "    if who:\n        return None\n",
            ),
        ),
        (
            f"{_ROUTES}::test_every_route_for_every_role[sqlite-nobody]",
            f"{_ROUTES}::test_every_route_for_every_role[sqlite-auditor]",
        ),
        "A page opens only for the roles that its route names.",
    ),
    Mutant(
        "activation_opens_all",
        (
            Edit(
                _ACCESS,
                "    if may_open(who, endpoint):\n        return None\n",
                '    if may_open(who, endpoint) or who.stage == "activation":\n        return None\n',
            ),
        ),
        (f"{_ROUTES}::test_every_route_for_every_role[sqlite-activation]",),
        "A session in the activation stage opens the activation page only.",
    ),
    Mutant(
        "claim_scans_for_all",
        (
            Edit(
                "anguan/panel/accounts/number_claims.py",
                '    @expose(f"/{ID}/scan/<any(front, back):side>")\n    @require_roles(*COMPARING)\n',
                '    @expose(f"/{ID}/scan/<any(front, back):side>")\n',
            ),
        ),
        (
            "tests/account/test_enterprise_activation.py"
            "::test_a_claim_to_an_active_account_leads_to_its_reset[sqlite]",
        ),
        "The scans of a claim are for those who compare or audit it, not for administrators.",
    ),
    Mutant(
        "no_reauth",
        (Edit(_ACCESS, "    if current_visitor().is_fresh:\n", "    if current_visitor():\n"),),
        (
            f"{_ROUTES}::test_dangerous_pages_ask_for_the_password_again[sqlite]",
            "tests/account/test_number_claims.py::test_the_password_is_asked_for_again[sqlite]",
        ),
        "Dangerous pages ask for the password again when it was last given more than ten minutes ago.",
    ),
    Mutant(
        "search_finds_all_regions",
        (Edit("anguan/panel/search/finding.py", "query.where(*group.seen_by(who)).limit", "query.limit"),),
        (
            f"{_BOX}::test_staff_of_a_region_find_only_their_region[sqlite]",
            f"{_BOX}::test_drafts_and_own_requests_are_not_found[sqlite]",
        ),
        "The search box finds rows that the visitor may open only.",
    ),
    Mutant(
        "search_opens_all_kinds",
        (
            Edit(
                "anguan/panel/search/view.py",
                "[group for group in GROUPS if may_open(who, group.endpoint)]",
                "[group for group in GROUPS if may_open(who, group.endpoint) or who]",
            ),
        ),
        (f"{_BOX}::test_each_role_finds_what_it_may_open[sqlite-administrator-wanted3]",),
        "The search box finds the kinds of records that the role may open only.",
    ),
    Mutant(
        "open_redirect",
        (
            Edit(
                "anguan/web/redirects.py",
                "    if len(target) > LONGEST or not _PLAIN.fullmatch(target):\n        return False\n",
                "    if target:\n        return True\n",
            ),
            Edit(
                _ACCESS,
                "    endpoint = endpoint_of(target)\n",
                "    if target:\n        return target\n    endpoint = endpoint_of(target)\n",
            ),
        ),
        ("tests/web/test_forms.py::test_next_leads_only_to_pages_of_ours[sqlite]",),
        "A login redirects only to pages of this site.",
    ),
    Mutant(
        "take_nul",
        (
            Edit(
                "anguan/web/input_validation.py",
                "    if any(NUL in words for words in _words()):",
                "    if any(NUL in words for words in ()):",
            ),
        ),
        ("tests/web/test_hostile.py::test_a_nul_is_refused_and_breaks_nothing[sqlite]",),
        "A request with a NUL character is refused.",
    ),
    Mutant(
        "take_big_ids",
        (
            Edit("anguan/core/record_ids.py", r"[1-9][0-9]{0,9}", r"[1-9][0-9]{0,18}"),
            Edit("anguan/core/record_ids.py", " or int(text) > LARGEST_ID:", ":"),
        ),
        (
            "tests/web/test_record_ids.py::test_no_number_in_a_path_is_a_fault[postgresql-applicant]",
            "tests/web/test_record_ids.py::test_no_number_in_a_form_is_a_fault[postgresql-applicant]",
        ),
        "A number that no id column holds reaches no database.",
    ),
    Mutant(
        "log_of_all_regions",
        (
            Edit(
                _SCOPE,
                "    Event: lambda region: Event.region == region,\n",
                "    Event: lambda _: Event.id > 0,\n",
            ),
        ),
        (
            f"{_REGIONS}::test_nothing_of_another_region_changes_a_page[sqlite-auditor]",
            f"{_REGIONS}::test_nothing_of_another_region_changes_a_page[sqlite-administrator]",
        ),
        "Staff of a region read the log of their region.",
    ),
    Mutant(
        "counts_of_all_regions",
        (
            Edit(
                "anguan/panel/home.py",
                "    inside = in_region(model, current_user.region)\n",
                "    inside = in_region(model, None)\n",
            ),
        ),
        (f"{_REGIONS}::test_nothing_of_another_region_changes_a_page[sqlite-administrator]",),
        "The dashboard of a region counts the rows of that region.",
    ),
    Mutant(
        "menu_counts_of_all_regions",
        (
            Edit(
                "anguan/panel/common/menu_counts.py",
                "    inside = in_region(model, account.region)\n",
                "    inside = in_region(model, None)\n",
            ),
        ),
        (
            "tests/panel/common/test_menu_counts.py"
            "::test_counts_are_of_ones_own_work_and_region_in_one_statement[sqlite]",
        ),
        "The menu of staff of a region counts what waits in that region.",
    ),
    Mutant(
        "reviewers_compared_by_all",
        (
            Edit(
                "anguan/panel/reports/statistics.py",
                "    return current_user.role in COMPARING\n",
                "    return True\n",
            ),
        ),
        (
            "tests/panel/reports/test_statistics.py"
            "::test_who_sees_the_figures_of_each_reviewer[AUDITOR-False-sqlite]",
        ),
        "Figures of each reviewer are shown to senior reviewers and administrators only.",
    ),
    Mutant(
        "audit_events_for_all",
        (Edit("anguan/infra/events.py", ', Event.visible_to != "audit"]', "]"),),
        ("tests/panel/common/test_event_audience.py::test_every_page_filters_by_audience[sqlite-reviewer]",),
        "Events for auditors are shown to those who read the event log only.",
    ),
    Mutant(
        "notes_for_all",
        (
            Edit(
                "anguan/services/requests/notes.py",
                "    if account.role not in READERS or request.filer_id == account.id:\n        return ()\n",
                "",
            ),
        ),
        ("tests/services/requests/test_notes.py::test_nobody_else_writes_or_reads[sqlite]",),
        "Notes to colleagues are read by reviewers and auditors only.",
    ),
    Mutant(
        "notes_by_all",
        (
            Edit(
                "anguan/services/requests/notes.py",
                "    if account.role not in REVIEWERS or account.disabled_at is not None:\n",
                "    if False:\n",
            ),
        ),
        ("tests/services/requests/test_notes.py::test_nobody_else_writes_or_reads[sqlite]",),
        "Notes to colleagues are written by active reviewers only.",
    ),
    Mutant(
        "notes_of_others",
        (
            Edit(
                "anguan/services/requests/notes.py",
                ".where(*own, RequestNote.account_id == account_id))",
                ".where(*own))",
            ),
        ),
        ("tests/services/requests/test_notes.py::test_reviewers_write_and_remove_their_own[sqlite]",),
        "A note is removed by its author only.",
    ),
    Mutant(
        "files_of_others",
        (
            Edit(
                "anguan/services/requests/attachment_edits.py",
                "Attachment.id == attachment_id, Attachment.request_id == request_id",
                "Attachment.id == attachment_id",
            ),
        ),
        ("tests/portal/test_slot_tools.py::test_tools_reach_only_files_of_the_own_draft[sqlite]",),
        "The tools of an upload slot reach files of the own draft only.",
    ),
    Mutant(
        "record_of_other_regions",
        (
            Edit(
                "anguan/services/requests/files_on_record.py",
                ", *in_region(ChangeRequest, account.region))",
                ")",
            ),
        ),
        (
            "tests/panel/office_filing/test_files_on_record.py"
            "::test_files_of_another_region_are_neither_offered_nor_taken",
        ),
        "Files on record of another region are neither offered to the office nor taken.",
    ),
    Mutant(
        "person_file_of_all",
        (
            Edit(
                "anguan/panel/person_file/contents.py",
                "    registered = person.id in seen_ids(Person, {person.id})\n",
                "    registered = True\n",
            ),
        ),
        (
            "tests/panel/person_file/test_person_file.py"
            "::test_staff_of_a_region_read_what_is_of_their_region[sqlite]",
        ),
        "The person's file shows to staff of a region what is registered in that region.",
    ),
    Mutant(
        "print_of_all_regions",
        (
            Edit(
                "anguan/panel/printing/certificates.py",
                "    inside = in_region(Certificate, current_user.region)\n",
                "    inside = in_region(Certificate, None)\n",
            ),
        ),
        (
            "tests/panel/printing/test_certificate_print.py"
            "::test_staff_of_a_region_print_those_of_their_region[sqlite]",
        ),
        "Staff of a region print certificates of that region only.",
    ),
    Mutant(
        "bundle_of_drafts",
        (
            Edit(
                "anguan/panel/printing/bundle.py",
                "print_application(db.session, found, submitted=True)",
                "print_application(db.session, found)",
            ),
        ),
        (
            "tests/panel/printing/test_bundle.py"
            "::test_what_the_holder_types_after_a_return_is_not_printed[sqlite]",
        ),
        "The papers of a returned request show what was submitted, not what its holder types now.",
    ),
)
