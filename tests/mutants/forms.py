"""Mutants of the protection of forms against other sites."""

from tests.mutants.mutant import Edit, Mutant

_VISIT = "anguan/web/session_cookie.py"
_FORMS = "tests/web/test_forms.py"

MUTANTS = (
    Mutant(
        "no_csrf",
        (Edit("anguan/web/setup.py", "    CSRFProtect(app)\n", "    CSRFProtect()\n"),),
        (f"{_FORMS}::test_no_form_passes_without_a_token",),
        "No form is accepted without a CSRF token.",
    ),
    Mutant(
        "passwords_as_typed",
        (
            Edit(
                "anguan/web/input_validation.py",
                "isinstance(value, str) and name not in SECRETS",
                "isinstance(value, str)",
            ),
        ),
        ("tests/web/test_copied_text.py::test_form_and_query_are_clean_and_passwords_are_not_touched",),
        "A password is taken as typed.",
    ),
    Mutant(
        "unbound_forms",
        (Edit(_VISIT, 'return hash_token(token)[:16] if token else ""', 'return ""'),),
        (f"{_FORMS}::test_a_token_dies_with_its_session",),
        "A CSRF token is valid only in the session that it was made for.",
    ),
    Mutant(
        "no_origin_check",
        (
            Edit(
                _VISIT,
                "    if request.method in _SAFE:\n        return\n    site,",
                "    if request.method:\n        return\n    site,",
            ),
        ),
        (f"{_FORMS}::test_the_browser_says_where_a_form_comes_from",),
        "A form that the browser says comes from another site is refused.",
    ),
    Mutant(
        "untouched_corrections",
        (Edit("anguan/services/requests/drafts.py", "if not one.done\n", "if False\n"),),
        ("tests/services/requests/test_corrections.py::test_every_item_is_changed_or_explained",),
        "A returned request is submitted again only when each flagged item was changed or explained.",
    ),
)
