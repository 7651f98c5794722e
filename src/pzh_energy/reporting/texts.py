"""Every sentence and heading the program shows, in Chinese and in English, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from pzh_energy.reporting.texts_explain import EXPLAIN
from pzh_energy.reporting.texts_planning import PLANNING_TEXTS
from pzh_energy.reporting.texts_report import REPORT_TEXTS
from pzh_energy.reporting.texts_sensitivity import SENSITIVITY_TEXTS
from pzh_energy.reporting.texts_sweep import SWEEP_TEXTS
from pzh_energy.reporting.texts_tables import TABLE_TEXTS
from pzh_energy.reporting.texts_verification import VERIFICATION_TEXTS

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
    "drawing": ("绘制报告", "drawing the report"),
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
    "method": (
        "求解方法：{method}，迭代 {iterations} 次；误差：约束 {primal:.0e}，对偶 {dual:.0e}，间隙 {gap:.0e}。",
        "Solved by {method}, {iterations} iterations; errors: rows {primal:.0e}, duals {dual:.0e}, gap {gap:.0e}.",
    ),
    "coefficients": (
        "系数绝对值由 {least:.1e} 至 {most:.1e}，跨 {decades:.1f} 个数量级。",
        "Coefficients from {least:.1e} to {most:.1e} in size, over {decades:.1f} decades.",
    ),
    "fallback": (
        "结构化算法未给出结果（{reason}），改由 HiGHS 求解。",
        "The structured method gave no answer ({reason}); HiGHS solved the model.",
    ),
    "no_structure": ("模型不具备逐时段的带状结构", "the model is not banded in time"),
    "no_optimum": ("可能不存在最优解", "there may be no optimum"),
    "no_certificate": ("结果未能自证最优", "what it found was not proved optimal"),
    "no_vertex": (
        "未能在限时内求得基本解：所写方案为最优，但位于最优方案集内部。",
        "No basic solution was found in time: the plan written is optimal, but inside the set of optimal plans.",
    ),
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
    "file_written": ("已写出：{path}", "Written: {path}"),
    "import_output": (
        "{series}（{weather}）：年利用小时数 {hours:.0f}，平均 {mean:.3f}，最大 {highest:.3f}。",
        "{series} ({weather}): {hours:.0f} full-load hours, mean {mean:.3f}, highest {highest:.3f}.",
    ),
    "import_flow": (
        "{series}（{weather}）：平均流量 {mean:.0f} 立方米/秒，最大 {highest:.0f}。",
        "{series} ({weather}): mean flow {mean:.0f} m3/s, highest {highest:.0f}.",
    ),
    "import_load": (
        "{series}（{weather}）：已除以均值，最大为均值的 {highest:.3f} 倍；年用电量仍由 electricity_demand 表给定。",
        "{series} ({weather}): divided by its mean, peak {highest:.3f} times the mean; the yearly energy stays that of "
        "the table electricity_demand.",
    ),
    "copy_made": ("已建立工作副本：{folder}", "Working copy: {folder}"),
    "copy_next": (
        "下一步：cd {folder}，然后 pzh-opt solve scenarios/tiny.yaml",
        "Next: cd {folder}, then pzh-opt solve scenarios/tiny.yaml",
    ),
    "written": ("结果：{folder}", "Results: {folder}"),
    # comparisons
    "comparison": ("情景对比", "Comparison"),
    "cases": ("情景", "Cases"),
    "case": ("情景", "case"),
    "objective_heading": ("总费用现值", "discounted cost"),
    "inputs_differ": ("不同的输入", "Inputs that differ"),
    "targets_differ": ("目标", "Targets"),
    "capacity_differ": ("年末装机", "Capacity at the end of the year"),
    "investment_differ": ("规划期内新建", "Built over the horizon"),
    "balance_differ": ("年电量（供给为正，使用为负）", "Electricity of a year, + put on the grid, - taken off"),
    "costs_differ": ("费用现值", "Cost over the horizon, discounted"),
    "emissions_differ": ("二氧化碳排放", "Carbon dioxide of a year"),
    "no_difference": ("无差异。", "No difference."),
    "only_differences": (
        "只列出显示位数内有差异的行；年份为目标年份和末年。",
        "Only rows that differ in the digits shown; years are those of the targets and the last one.",
    ),
    "question": ("问题", "question"),
    "co2_peak_heading": ("CO₂最高（年份）{unit}", "highest CO₂ (year) {unit}"),
    "amount_in_year": ("{amount}（{year}）", "{amount} ({year})"),
    "cost_change_heading": ("费用现值变化 {unit}", "change of cost {unit}"),
    "overview_sense": (
        "费用为规划期现值，以 {first} 为基准（该行为其总额）；≈ 表示时间分辨率不同，- 表示规划期不同、不可比。"
        "装机为年末统计口径。",
        "Cost is discounted over the horizon and held against {first}, whose whole cost is shown; ≈ at another "
        "resolution, - not comparable over another horizon. Capacity is that of the statistics at the end of the year.",
    ),
    "overview": ("情景一览", "Overview"),
    "cost_more": ("较首个增减", "against the first"),
    "verdict_of": ("{name} 结论", "verdict {name}"),
    "inputs_sheet": ("输入", "Inputs"),
    "targets_sheet": ("目标", "Targets"),
    "capacity_sheet": ("装机", "Capacity"),
    "investment_sheet": ("新建", "Built"),
    "balance_sheet": ("年电量", "Electricity"),
    "costs_sheet": ("费用", "Cost"),
    "emissions_sheet": ("排放", "Emissions"),
    "cases_title": ("各情景 {year} 年末装机与二氧化碳排放", "Capacity and carbon dioxide of {year}"),
    "capacity_at_end": ("{year} 年末装机，{unit}", "capacity at the end of {year}, {unit}"),
    "cases_alt": (
        "各情景 {year} 年末分类装机和当年二氧化碳排放量的横条图；数值见下表。",
        "Bars of capacity by carrier at the end of {year} and of that year's emissions by case; the tables have both.",
    ),
    "verdict_marks": (
        "! 未达标，~ 容差内，? 无法计算；其余达标。",
        "! missed, ~ within tolerance, ? not computable; all others met.",
    ),
    "key": ("输入项", "input"),
    "item": ("项目", "item"),
    "change": ("{name} 变化", "change {name}"),
    "not_stated": ("未写", "not stated"),
    "default_place": ("默认值", "default"),
    "same_scenarios": ("两个情景展开后完全相同。", "The scenarios are the same once resolved."),
    "statistical": ("统计口径", "statistics"),
    "storage": ("储能功率", "storage"),
    "other": ("其他", "other"),
    "quantity_power_capacity": ("功率", "power"),
    # grades
    "spent": ("支出", "spent"),
    "earned": ("收入", "earned"),
    "share": ("占比%", "share %"),
    "cost_by_grade": (
        "费用现值（{unit}），按其价格数据的最低等级：",
        "Discounted money ({unit}) by the worst grade of the prices behind it:",
    ),
    "numbers_by_grade": ("所用数值，按等级：{parts}。", "Numbers used, by grade: {parts}."),
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
    "limit_bound": (
        "已证明任何方案的总费用现值都不低于 {amount}。",
        "It was proved that no plan costs less than {amount}, discounted.",
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
    "interrupted_written": (
        "已中断；结果已写出，报告未写出。",
        "interrupted; the results are written, no report of them.",
    ),
    "data_sound": (
        "数据包完好：{tables} 张表，{rows} 行。",
        "The data package is sound: {tables} tables, {rows} rows.",
    ),
    "table": ("表", "table"),
    "rows": ("行数", "rows"),
    "grades": ("各等级行数", "rows by grade"),
    **EXPLAIN,
    **REPORT_TEXTS,
    **TABLE_TEXTS,
    **PLANNING_TEXTS,
    **VERIFICATION_TEXTS,
    **SENSITIVITY_TEXTS,
    **SWEEP_TEXTS,
}
"""(Chinese, English) by key; words in braces are filled in."""


def language_of(environment: Mapping[str, str]) -> Language:
    """Language by PZH_LANG, else by the locale in the order POSIX reads it; English unless it is Chinese.

    >>> language_of({"LANG": "zh_CN.UTF-8"}), language_of({"LANG": "zh_CN.UTF-8", "PZH_LANG": "en"}), language_of({})
    ('zh', 'en', 'en')
    """
    chosen = next((environment[k] for k in ("PZH_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if environment.get(k)), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def say(key: str, language: Language, **values: object) -> str:
    """A text in a language with its gaps filled; KeyError for a key or a gap that does not exist.

    >>> say("outside_horizon", "en", year=2035)
    'The horizon lacks a year that this target of 2035 needs.'
    """
    return TEXTS[key][LANGUAGES.index(language)].format(**values)


def weather_name(weather: str, language: Language) -> str:
    """Name of a weather year; one without a text is called by its id.

    >>> weather_name("dry", "zh"), weather_name("1998", "en")
    ('枯水年', '1998')
    """
    key = f"weather_{weather}"
    return say(key, language) if key in TEXTS else weather
