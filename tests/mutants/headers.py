"""Mutants of the response headers."""

from tests.mutants.mutant import Edit, Mutant

_HEADERS = "anguan/web/headers.py"
_TESTS = "tests/web/test_headers.py"

MUTANTS = (
    Mutant(
        "loose_csp",
        (
            Edit(
                _HEADERS,
                """if "csp_nonce" in g else ""\n""",
                """if "csp_nonce" in g else ""\n    nonce += " 'unsafe-inline'"\n""",
            ),
        ),
        (f"{_TESTS}::test_every_route_sends_the_strict_policy",),
        "The content security policy allows no inline script without a nonce.",
    ),
    Mutant(
        "cached_pages",
        (Edit(_HEADERS, 'headers["Cache-Control"] = "no-store"', "pass"),),
        (f"{_TESTS}::test_nothing_but_static_files_is_kept_by_the_browser",),
        "No browser or proxy stores a page.",
    ),
)
