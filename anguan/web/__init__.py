"""What all pages share: access control, form fields, template context, headers, errors, responses."""
