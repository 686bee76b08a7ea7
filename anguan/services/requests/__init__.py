"""Filing of a request: eligibility, drafts, attachments, submission, withdrawal, reminders."""
