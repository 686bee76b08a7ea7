"""The filer's side of a request: eligibility, drafts, attachments, submission, withdrawal, reminders."""
