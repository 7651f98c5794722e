"""How a sheet of a workbook comes out of a printer."""

from __future__ import annotations

from typing import Any

A4 = 9
"""Excel's number of the paper."""


def set_up_printing(page: Any, headings: int = 1) -> None:
    """Landscape, all columns on one width, the first `headings` rows on every page."""
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&R&P / &N")
    if headings:
        page.repeat_rows(0, headings - 1)
