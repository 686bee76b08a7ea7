"""Mutants of what leaves the system: masks, exports, page images and PDFs."""

from tests.mutants.mutant import Edit, Mutant

_HTML = "anguan/pdf/html.py"
_WORKER = "anguan/pdf/worker.py"
_RENDERER = "tests/pdf/test_renderer.py"

MUTANTS = (
    Mutant(
        "keep_undrawable",
        (Edit("anguan/infra/inspection.py", '    _draw_all(made, name, answer["pages"])\n', ""),),
        ("tests/infra/test_inspection.py::test_an_invalid_file_gets_its_message[unpacks to 280 MB]",),
        "A PDF that the viewer cannot draw is refused at upload.",
    ),
    Mutant(
        "no_masks",
        (
            Edit(
                "anguan/core/masks.py",
                "    if len(number) == _RESIDENT_LENGTH:\n        return _hide(number, 6, 1)\n",
                "    if number:\n        return number\n",
            ),
        ),
        ("tests/web/test_leaks.py::test_no_page_shows_a_number",),
        "Lists, pages and logs show document numbers masked.",
    ),
    Mutant(
        "typed_numbers",
        (
            Edit(
                "anguan/web/form_fields.py",
                "    if kind.sensitive and (hidden or typed == stands):\n",
                "    if kind.sensitive and typed == stands:\n",
            ),
        ),
        (
            "tests/web/forms/test_masking.py::test_no_page_of_a_request_shows_a_number_unasked"
            "[sqlite-identity_change]",
        ),
        "A form shows no number that was typed earlier.",
    ),
    Mutant(
        "file_names",
        (Edit("anguan/models/files.py", "mask_file_name(self.original_name)", "self.original_name"),),
        ("tests/web/forms/test_masking.py::test_a_file_name_with_a_number_is_shown_masked[sqlite]",),
        "Document numbers in the names of uploaded files are masked.",
    ),
    Mutant(
        "unmarked_certificates",
        (
            Edit(
                "anguan/web/certificate_copies.py",
                "if not mark:",
                "if True:",
            ),
        ),
        (
            "tests/portal/test_certificate_copies.py"
            "::test_every_state_is_written_on_the_copy_and_never_on_the_sheet[sqlite]",
        ),
        "A certificate that is not in force says so on its PDF.",
    ),
    Mutant(
        "export_formulas",
        (
            Edit(
                "anguan/panel/common/spreadsheets.py",
                """    return f"'{text}" if text.lstrip(BLANKS)[:1] in tuple(STARTERS) else text\n""",
                "    return text\n",
            ),
        ),
        ("tests/panel/common/test_spreadsheets.py::test_files_carry_text_only_and_mask_numbers[sqlite]",),
        "No exported cell is a formula.",
    ),
    Mutant(
        "unmarked_papers",
        (
            Edit(
                "anguan/infra/page_images.py",
                '    return _look("stamp", plain, text=reader.words, font=str(reader.font))\n',
                "    return plain\n",
            ),
        ),
        ("tests/panel/review/test_document_pages.py::test_every_page_image_names_its_reader[sqlite]",),
        "Each picture of a document carries a watermark with its reader and the time.",
    ),
    Mutant(
        "paper_escape",
        (
            Edit(
                _HTML,
                "    pieces = [\n        Markup('<span",
                "    return Markup(value)\n    pieces = [\n        Markup('<span",
            ),
        ),
        (f"{_RENDERER}::test_hostile_text_is_printed_as_it_is",),
        "Values are escaped in the HTML of a PDF.",
    ),
    Mutant(
        "paper_glyphs",
        (Edit(_HTML, "    if lost:\n", "    if False:\n"),),
        ("tests/infra/test_fonts.py::test_a_page_with_missing_characters_is_refused",),
        "A PDF with a character that no installed font has is refused.",
    ),
    Mutant(
        "pdf_tail",
        (
            Edit(
                "anguan/infra/sandbox/pdf_files.py",
                "return data if not tail.strip(BLANKS) else",
                "return data if tail else",
            ),
        ),
        ("tests/infra/test_inspection.py::test_bytes_behind_the_end_of_a_pdf_are_not_kept",),
        "Foreign bytes behind the end of a PDF are not kept.",
    ),
    Mutant(
        "viewer_fonts",
        (Edit("anguan/infra/sandbox/worker.py", "    use_fonts()\n", ""),),
        (
            "tests/infra/test_viewer_fonts.py"
            "::test_the_fonts_of_setup_are_enough_and_a_page_without_any_is_noticed",
        ),
        "The viewer draws Chinese with the fonts of set-up.",
    ),
    Mutant(
        "large_pictures_in_strips",
        (
            Edit(
                "anguan/infra/sandbox/images.py",
                "        small = _reduced(image, spare) if spare > 1 else image\n",
                '        small = image.convert("RGBA").reduce(spare) if spare > 1 else image\n',
            ),
        ),
        ("tests/infra/test_inspection.py::test_what_phones_and_scanners_take_is_accepted_and_halved",),
        "The largest picture that is accepted fits into the memory of the sandbox.",
    ),
    Mutant(
        "printable_fields",
        (
            Edit(
                "anguan/infra/printing.py",
                "    if fault := printing_fault(value):\n",
                '    if fault := "":\n',
            ),
        ),
        (
            "tests/web/test_printable.py::test_the_form_shows_it_at_the_field",
            "tests/web/test_printable.py::test_every_text_column_of_every_import_refuses_it",
        ),
        "What no font prints is refused at its field.",
    ),
    Mutant(
        "press_time",
        (Edit("anguan/pdf/renderer.py", "        timer.start()\n", ""),),
        (f"{_RENDERER}::test_a_slow_page_is_killed_and_the_next_one_is_rendered",),
        "A PDF that takes longer than the limit is aborted.",
    ),
    Mutant(
        "press_walls",
        (
            Edit(_WORKER, "        if uri not in uris:\n", "        if False:\n"),
            Edit(
                _WORKER,
                "ResourceAccessPolicy.server(None, allow_remote=False, max_render_seconds=30)",
                '__import__("xhtml2pdf.config.resources", fromlist=["x"]).PERMISSIVE_POLICY',
            ),
            Edit(_WORKER, "    sandbox.drop_privileges(scratch, FOLDER, LAST_RESORT)\n", ""),
        ),
        (f"{_RENDERER}::test_hostile_markup_reaches_nothing",),
        "The PDF process reads no file and opens no connection that its page names.",
    ),
)
