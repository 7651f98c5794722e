"""Texts of what a result rests on, in Chinese and in English; `texts.say` finds them with all others."""

from __future__ import annotations

from collections.abc import Mapping

SENSITIVITY_TEXTS: Mapping[str, tuple[str, str]] = {
    "grade": ("等级", "grade"),
    "range": ("下限 < 取值 < 上限", "low < value < high"),
    "at_low": ("取下限", "at low"),
    "at_high": ("取上限", "at high"),
    "low_end": ("取下限", "low"),
    "high_end": ("取上限", "high"),
    "refused": ("输入不成立", "not a possible input"),
    "found_no_plan": ("无可行方案", "infeasible"),
    "not_solved": ("未解出", "not solved"),
    "solves_done": ("已求解 {done}/{count}", "solved {done} of {count}"),
    "sensitivity_of": (
        "各输入在其给定区间内单独变动时，{result}的变化（{unit}），按大小排列：",
        "Change of {result} ({unit}) as each input alone moves within its stated range, widest first:",
    ),
    "swings_heading": ("数据的影响", "What moves the results"),
    "swings_title": ("各结果依据的数据", "What each result rests on"),
    "swings_of": (
        "各结果依据的数据：{inputs}个有区间的输入逐一取下限和上限后重新求解（{resolution}）。"
        "变幅为各输入引起的变化之和，C、D 为其中工程经验和假设所占百分比。",
        "What each result rests on: each of {inputs} inputs with a range at both its ends, all else as it stands, "
        "solved again ({resolution}). swing: sum of what each one moves; C, D: per cent of it from engineering ranges "
        "and assumptions.",
    ),
    "cost_result": ("总费用", "cost"),
    "swings_marks": (
        "编号见下表。-取下限，+取上限；该端结论：! 未达标，~ 容差内，? 无法计算，= 达标。",
        "Numbers: see below. - at its low end, + at its high end; verdict there: ! missed, ~ tolerated, ? unknown, "
        "= met.",
    ),
    "swing": ("变幅", "swing"),
    "as_it_stands": ("现值", "as it stands"),
    "moved_most_by": ("影响最大的输入", "moved most by"),
    "moved_most_with_ends": (
        "影响最大的输入（等级）：取下限 / 取上限时的变化",
        "moved most by (grade): change at its low / high end",
    ),
    "turned_by": ("改变结论的输入", "turned by"),
    "turned_and_more": ("{shown} 等{count}个", "{shown} ({count} in all)"),
    "number_sign": ("编号", "no."),
    "input_heading": ("输入", "input"),
    "moves_most": ("居前", "top"),
    "turns_verdicts": ("改变", "turns"),
    "inputs_title": ("最重要的输入", "Inputs that matter most"),
    "inputs_note": (
        "居前：该输入在多少个结果中位列影响最大的三个；改变：单独改变多少个目标的结论。",
        "top: of how many results it is among the three that move it most; turns: of how many targets it alone turns "
        "the verdict.",
    ),
    "mover_ends": ("{input}（{grade}）{low} / {high}", "{input} ({grade}) {low} / {high}"),
    "turning_title": ("单独改变结论的输入", "What alone turns a verdict"),
    "without_plan": ("单独取某一端即无方案的输入：", "Inputs that alone leave no plan at an end:"),
    "nothing_moves": ("不受任何输入影响的结果：{names}。", "Moved by no input: {names}."),
    "swing_by_grade": (
        "各等级输入占全部变化幅度之比：{parts}。",
        "Share of all swings by grade of the input: {parts}.",
    ),
    "swings_page_note": (
        "{inputs}个有区间的输入逐一取下限和上限后重新求解（{resolution}），其余不变。"
        "变幅为各输入引起的变化之和，按输入等级分；多个输入同时变动时影响可能叠加或抵消。"
        "“现值”与对照表因时段粗细可能略有不同。",
        "Each of {inputs} inputs with a range was set to both its ends, all else as it stands, and solved again "
        "({resolution}). swing: the sum of what each one moves, divided by grade of the input; inputs that move "
        "together may add up or cancel out. “as it stands” may differ a little from the scorecard: the steps are "
        "coarser.",
    ),
    "swings_missing": (
        "哪些输入会改变哪些结果：运行 pzh-opt sensitivity {folder}，再重新生成报告。",
        "Which inputs would move which result: run pzh-opt sensitivity {folder}, then make the report again.",
    ),
    "swings_written": ("已写入结果文件夹：{table}", "Written into the result folder: {table}"),
}
"""(Chinese, English) by key; words in braces are filled in."""
