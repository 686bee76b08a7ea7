"""The list of all mutants."""

from tests.mutants import access, accounts, findings, forms, headers, output, races, review, sessions

MUTANTS = (
    *sessions.MUTANTS,
    *accounts.MUTANTS,
    *forms.MUTANTS,
    *headers.MUTANTS,
    *access.MUTANTS,
    *review.MUTANTS,
    *output.MUTANTS,
    *races.MUTANTS,
    *findings.MUTANTS,
)
