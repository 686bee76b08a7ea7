"""Sample files made in code: pictures, PDFs, portraits."""
