"""The report of a run: one HTML file that opens offline and prints; `excel` makes a workbook of the same tables."""

from __future__ import annotations

from pzh_energy.reporting.report.content import Report, make_report
from pzh_energy.reporting.report.html import to_html, write_page

__all__ = ["Report", "make_report", "to_html", "write_page"]
