"""The list of all mutants."""

from tests.mutants import forms, headers, sessions

MUTANTS = (*sessions.MUTANTS, *forms.MUTANTS, *headers.MUTANTS)
