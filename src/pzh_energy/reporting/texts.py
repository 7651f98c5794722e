"""Every sentence and heading the program shows, in Chinese and in English, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from pzh_energy.reporting.texts_explain import EXPLAIN
from pzh_energy.reporting.texts_planning import PLANNING_TEXTS

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

TEXTS: Mapping[str, tuple[str, str]] = {
    # phases
    "reading": ("读取", "reading"),
    "building": ("建模", "building"),
    "solving": ("求解", "solving"),
    "checking": ("核查", "checking"),
    "explaining": ("分析", "explaining"),
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
    # the track up to the last year of the history
    "track": (
        "截至{year}年相对直线路径（偏差在全程{share:.0%}以内为正常）：{parts}。",
        "Up to {year}, against a straight path (on: within {share:.0%} of the whole way): {parts}.",
    ),
    "ahead": ("超前 {targets}", "ahead {targets}"),
    "on_track": ("正常 {targets}", "on {targets}"),
    "behind": ("滞后 {targets}", "behind {targets}"),
    "part_separator": ("；", "; "),
    # targets of the plan that are stated, not scored
    "stated_inputs": ("计划目标中作为输入给定的：", "Targets of the plan that are inputs here:"),
    "stated_not_asked": (
        "计划目标中本情景未提出的：{targets}。",
        "Of the plan, not asked in this scenario: {targets}.",
    ),
    "stated_no_number": (
        "计划未给数值、由用户设定的：{targets}。",
        "No number in the plan; set by user: {targets}.",
    ),
    "stated_out_of_scope": (
        "不在模型范围内的：{targets}；理由见 scorecard.csv。",
        "Out of scope: {targets}; scorecard.csv says why.",
    ),
    "stated_line": (
        "{identifier}：{name}（{required}）。{statement}。",
        "{identifier} {name} ({required}): {statement}.",
    ),
    "input_line": (
        "{identifier}：{name}。{statement}，{value}（{grade}级，{source}）。",
        "{identifier} {name}: {statement}, {value} ({grade}, {source}).",
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
    "peak": ("峰值{amount}，{after}之后最高{later}。", "The peak is {amount}; {later} is the most after {after}."),
    "peak_so_far": ("规划期内最高为{year}的{amount}。", "The most in the horizon is {amount}, in {year}."),
    "by_pro_rata": ("外送电按发电结构分摊时为{share}。", "{share} if exports have the mix of generation."),
    "by_hydro_first": ("外送电先计水电时为{share}。", "{share} if exports are hydro first."),
    "expected_missed": ("情景预期未达标，实际达标。", "The scenario expects it to be missed; it is met."),
    "expected_met": ("情景预期达标，实际未达标。", "The scenario expects it to be met; it is not."),
    "price_of_target": (
        "{identifier}：要求再收紧一点的代价为每年 {price}（{year}年）。",
        "{identifier}: asking for more costs {price} a year ({year}).",
    ),
    "saving_of_target": (
        "{identifier}：要求再提高一点，每年可节省 {price}（{year}年）。",
        "{identifier}: asking for more saves {price} a year ({year}).",
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
    "infeasible": (
        "无可行方案：没有任何方案能同时满足全部硬约束目标和物理条件。未写入任何文件；原因见 pzh-opt explain。",
        "infeasible: no plan satisfies all hard targets and physical limits at once. Nothing was written; "
        "`pzh-opt explain` says why.",
    ),
    "unbounded": (
        "成本无下限：某项输入使成本可以无限降低（例如可无限建设且有净收益的设备）。未写入任何文件；请核对价格、残值与建设上限。",
        "unbounded: the cost can fall for ever, because an input allows a free lunch. Nothing was written; "
        "check prices, residual values and limits on building.",
    ),
    "limit": (
        "求解未完成：{seconds:.1f} 秒后达到求解上限（{status}）。未写入任何文件；"
        "请提高 --time-limit 或降低时间分辨率。",
        "stopped: the solver reached its limit after {seconds:.1f} s ({status}). Nothing was written; "
        "raise --time-limit or take a coarser resolution.",
    ),
    "trouble": (
        "求解失败：求解器因数值困难未得出结论（{status}）。未写入任何文件；"
        "请核对输入中量级异常的数字，或换用 solver.method。",
        "numerical trouble: the solver came to no conclusion ({status}). Nothing was written; "
        "look for numbers of an odd size in the input, or choose another solver.method.",
    ),
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
    **EXPLAIN,
    **PLANNING_TEXTS,
}
"""(Chinese, English) by key; words in braces are filled in."""


def say(key: str, language: Language, **values: object) -> str:
    """A text in a language with its gaps filled; KeyError for a key or a gap that does not exist.

    >>> say("outside_horizon", "en", year=2035)
    'The horizon lacks a year that this target of 2035 needs.'
    """
    return TEXTS[key][LANGUAGES.index(language)].format(**values)
