"""The report of a run: one HTML file that opens offline and prints, and the same tables as a workbook."""

from __future__ import annotations

from pzh_energy.reporting.report.content import Report, make_report
from pzh_energy.reporting.report.excel import write_workbook
from pzh_energy.reporting.report.html import to_html

__all__ = ["Report", "make_report", "to_html", "write_workbook"]
