"""Every sentence and heading the program shows, in Chinese and in English, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

TEXTS: Mapping[str, tuple[str, str]] = {
    # phases
    "reading": ("读取", "reading"),
    "building": ("建模", "building"),
    "solving": ("求解", "solving"),
    "checking": ("核查", "checking"),
    "writing": ("写出", "writing"),
    "iterations": (
        "{phase}：迭代 {iterations} 次，{seconds:.0f} 秒",
        "{phase}: {iterations} iterations, {seconds:.0f} s",
    ),
    "phase_done": ("{phase}：{seconds:.1f} 秒", "{phase}: {seconds:.1f} s"),
    "phase_begins": ("{phase} …", "{phase} ..."),
    # scorecard
    "scorecard": ("目标对照表", "Scorecard"),
    "target": ("目标", "target"),
    "year": ("年份", "year"),
    "required": ("要求", "required"),
    "achieved": ("达到", "achieved"),
    "margin": ("余量", "margin"),
    "unit": ("单位", "unit"),
    "verdict": ("结论", "verdict"),
    "mode": ("方式", "mode"),
    "met": ("达标", "met"),
    "met_within_tolerance": ("容差内", "tolerated"),
    "missed": ("未达标", "missed"),
    "not_computable": ("无法计算", "unknown"),
    "hard": ("硬约束", "hard"),
    "priced": ("计价", "priced"),
    "report": ("仅报告", "report"),
    "every_year": ("逐年", "every"),
    "margin_sense": (
        "余量：正值为超出要求，负值为差额，按目标值计算。",
        "margin: positive is better than asked, counted from the value stated.",
    ),
    # notes of a scorecard row
    "outside_horizon": (
        "规划期内缺少该目标（{year}年）所需的年份。",
        "The horizon lacks a year that this target of {year} needs.",
    ),
    "no_base": ("分母为零，无法计算比重。", "What it is a share of is zero."),
    "worst_year": ("最差年份：{year}年。", "Worst in {year}."),
    "within_tolerance": ("在容差{tolerance}以内。", "Within the tolerance of {tolerance}."),
    "overshoot": (
        "高出“左右”的数值{excess}，超过容差。",
        "Above the value by {excess}, more than its tolerance.",
    ),
    "expected_missed": ("情景预期未达标，实际达标。", "The scenario expects it to be missed; it is met."),
    "expected_met": ("情景预期达标，实际未达标。", "The scenario expects it to be met; it is not."),
    "price_of_target": (
        "{identifier}：要求再收紧一点的代价为每年 {price}（{year}年）。",
        "{identifier}: asking for more costs {price} a year ({year}).",
    ),
    "shortfall": ("{identifier}：差额 {amount}，按价计入成本。", "{identifier}: short by {amount}, at its price."),
    # summary
    "summary": ("逐年概要", "Year by year"),
    "summary_units": (
        "单位：{capacity}（年末统计口径）、{energy}、{money}；费用不含外送收入。",
        "{capacity} (year end, statistics), {energy}, {money}; cost is without sales.",
    ),
    "hydro": ("水电", "hydro"),
    "wind": ("风电", "wind"),
    "solar_pv": ("光伏", "PV"),
    "thermal": ("火电", "thermal"),
    "generation": ("发电", "gener."),
    "export": ("外送", "export"),
    "import": ("购入", "import"),
    "curtailment": ("弃电%", "curt.%"),
    "cost": ("费用", "cost"),
    "revenue": ("外送收入", "sales"),
    "objective": (
        "规划期总费用现值（目标函数）：{total}，其中外送收入 {revenue}，其余 {rest}。",
        "Discounted cost of the horizon (objective): {total}, of which export {revenue}, all else {rest}.",
    ),
    "findings": (
        "规划自身的矛盾与关键前提 {count} 条（全文见 findings.json 或加 --verbose）：",
        "{count} findings on the plan (in full: findings.json, or --verbose):",
    ),
    "audit": (
        "核查：{count} 项全部通过，离容差最近的一项用去 {share:.1%}（{name}）。",
        "Audit: all {count} checks passed; the closest uses {share:.1%} of its tolerance ({name}).",
    ),
    "size": (
        "模型：{rows} 行，{columns} 列，{nonzeros} 个非零元；求解器状态：{status}。",
        "Model: {rows} rows, {columns} columns, {nonzeros} non-zeros; solver: {status}.",
    ),
    "method": (
        "求解方法：{method}，迭代 {iterations} 次；误差：约束 {primal:.0e}，对偶 {dual:.0e}，间隙 {gap:.0e}。",
        "Solved by {method}, {iterations} iterations; errors: rows {primal:.0e}, duals {dual:.0e}, gap {gap:.0e}.",
    ),
    "fallback": (
        "结构化算法未给出结果（{reason}），改由 HiGHS 求解。",
        "The structured method gave no answer ({reason}); HiGHS solved the model.",
    ),
    "no_structure": ("模型不具备逐时段的带状结构", "the model is not banded in time"),
    "no_optimum": ("可能不存在最优解", "there may be no optimum"),
    "no_certificate": ("结果未能自证最优", "what it found was not proved optimal"),
    "free_plan": (
        "最优方案不唯一：至少有 {count} 个方向可变动而费用不变。",
        "The optimal plan is not unique: it may move in at least {count} directions at the same cost.",
    ),
    "free_duals": (
        "部分影子价格不唯一（至少 {count} 个自由度，未建设备的限制多属此类），费用不变。",
        "Some shadow prices are not unique (at least {count} degrees of freedom, mostly limits of what is not built).",
    ),
    "timings": ("用时：{parts}。", "Time: {parts}."),
    "seconds": ("{phase} {seconds:.1f} 秒", "{phase} {seconds:.1f} s"),
    "list_separator": ("，", ", "),
    "written": ("结果：{folder}", "Results: {folder}"),
    # the command line
    "expected_infeasible": (
        "无可行方案，与情景预期（expect: infeasible）一致。",
        "Infeasible, as the scenario expects.",
    ),
    "not_infeasible": (
        "情景预期无可行方案（expect: infeasible），但已找到方案。",
        "The scenario expects to be infeasible, but a plan was found.",
    ),
    "gate_missed": ("关卡未通过：{targets}。", "Gate: {targets} not as required."),
    "input_error": (
        "错误：输入有 {count} 处问题；未求解，未写入任何文件。",
        "error: {count} problem(s) in the input; nothing was solved, nothing was written.",
    ),
    "infeasible": ("无可行方案：{message}。未写入任何文件。", "infeasible: {message}. Nothing was written."),
    "stopped": ("求解未完成：{message}。未写入任何文件。", "stopped: {message}. Nothing was written."),
    "failed": ("错误：{message}", "error: {message}"),
    "file_error": ("错误：无法读写文件：{message}。", "error: cannot read or write: {message}."),
    "internal_error": (
        "程序内部错误：{message}。请加 --debug 重新运行以查看出处。",
        "internal error: {message}. Run again with --debug to see where it comes from.",
    ),
    "interrupted": ("已中断；未写入任何文件。", "interrupted; nothing was written."),
    "data_sound": (
        "数据包完好：{tables} 张表，{rows} 行。",
        "The data package is sound: {tables} tables, {rows} rows.",
    ),
    "table": ("表", "table"),
    "rows": ("行数", "rows"),
    "grades": ("各等级行数", "rows by grade"),
}
"""(Chinese, English) by key; words in braces are filled in."""


def say(key: str, language: Language, **values: object) -> str:
    """A text in a language with its gaps filled; KeyError for a key or a gap that does not exist.

    >>> say("outside_horizon", "en", year=2035)
    'The horizon lacks a year that this target of 2035 needs.'
    """
    return TEXTS[key][LANGUAGES.index(language)].format(**values)
