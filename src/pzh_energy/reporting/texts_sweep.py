"""Texts of sweeps, in Chinese and in English; `texts.say` finds them with all others."""

from __future__ import annotations

from collections.abc import Mapping

SWEEP_TEXTS: Mapping[str, tuple[str, str]] = {
    "sweep_ended": (
        "{scenario} 的 {count} 个算例（{resolution}）：{parts}。",
        "{count} cases of {scenario} ({resolution}): {parts}.",
    ),
    "sweep_solved": ("已解出 {count}", "{count} solved"),
    "sweep_infeasible": ("无可行方案 {count}", "{count} infeasible"),
    "sweep_refused": ("输入不成立 {count}", "{count} refused"),
    "sweep_stopped": ("未解出 {count}", "{count} not solved"),
    "case_infeasible": ("无方案", "no plan"),
    "case_refused": ("不成立", "refused"),
    "case_stopped": ("未解出", "stopped"),
    "case_number": ("算例", "case"),
    "case_of": ("算例 {numbers}：{reason}", "case {numbers}: {reason}"),
    "and_more_numbers": ("{numbers} 等{count}个", "{numbers} and others, {count} in all"),
    "margin_of": ("{identifier} {name}{year}：余量（{unit}）", "{identifier} {name}{year}: margin ({unit})"),
    "in_year": ("（{year}年）", " {year}"),
    "cost_of_case": ("总费用现值（{unit}）", "discounted cost ({unit})"),
    "cost_column": ("费用", "cost"),
    "down_and_across": ("纵向：{down}；横向：{across}", "down: {down}; across: {across}"),
    "with_unit": ("{label}（{unit}）", "{label} ({unit})"),
    "dimension_line": ("{name}：{label}", "{name}: {label}"),
    "sweep_marks": (
        "余量：正值为超出要求。! 未达标，~ 容差内，? 无法计算，- 无此目标；其余达标。",
        "margin: positive is better than asked. ! missed, ~ tolerated, ? unknown, - not asked; all others met.",
    ),
    "as_it_stands_mark": (". 表示该项取情景原值。", ". stands for the value of the scenario itself."),
    "more_cases": ("另有 {count} 个算例见 sweep.csv。", "{count} more cases: see sweep.csv."),
    "more_results": ("{results} 见 sweep.csv。", "{results}: see sweep.csv."),
    "sweep_progress": ("已完成 {done}/{count}", "{done} of {count} cases done"),
    "sweep_progress_left": ("已完成 {done}/{count}，约剩 {left}", "{done} of {count} cases done, about {left} left"),
    "seconds_left": ("{seconds:.0f} 秒", "{seconds:.0f} s"),
    "minutes_left": ("{minutes:.0f} 分钟", "{minutes:.0f} min"),
    "hours_left": ("{hours:.1f} 小时", "{hours:.1f} h"),
    "sweep_interrupted": (
        "已中断：{done}/{count} 个算例已保存于 {folder}；再次运行同一命令即从此处继续。",
        "interrupted: {done} of {count} cases are kept in {folder}; the same command goes on from there.",
    ),
    "sweep_written": ("结果：{folder}（sweep.csv、sweep.nc）", "Results: {folder} (sweep.csv, sweep.nc)"),
}
"""(Chinese, English) by key; words in braces are filled in."""
