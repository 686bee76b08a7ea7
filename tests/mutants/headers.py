"""Mutants of the response headers, and of how the server is run."""

from tests.mutants.mutant import Edit, Mutant

_HEADERS = "anguan/web/headers.py"
_TESTS = "tests/web/test_every_route.py"

MUTANTS = (
    Mutant(
        "deaf_to_proxies",
        (
            Edit(
                "anguan/cli/processes.py",
                "clear_untrusted_proxy_headers=not proxied",
                "clear_untrusted_proxy_headers=True",
            ),
        ),
        (
            "tests/cli/test_serving.py"
            "::test_the_proxies_that_are_told_are_looked_through[1-127.0.0.1-203.0.113.0/24-waitress]",
        ),
        "Behind the proxies that the setting tells, the visitor's own address counts under `anguan run`.",
    ),
    Mutant(
        "readable_database",
        (Edit("anguan/infra/engine.py", "            make_private_database(path)\n", "            pass\n"),),
        ("tests/infra/test_private_files.py::test_a_database_outside_the_data_directory_is_closed_too",),
        "The database of SQLite is readable by its owner only.",
    ),
    Mutant(
        "loose_csp",
        (
            Edit(
                _HEADERS,
                """if "csp_nonce" in g else ""\n""",
                """if "csp_nonce" in g else ""\n    nonce += " 'unsafe-inline'"\n""",
            ),
        ),
        (f"{_TESTS}::test_every_answer_has_its_headers",),
        "The content security policy allows no inline script without a nonce.",
    ),
    Mutant(
        "cached_pages",
        (Edit(_HEADERS, 'headers["Cache-Control"] = "no-store"', "pass"),),
        (f"{_TESTS}::test_every_answer_has_its_headers",),
        "No browser or proxy stores a page.",
    ),
)
