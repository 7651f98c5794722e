"""Texts of a plan verified hour by hour, in Chinese and in English; `texts.say` finds them with all others."""

from __future__ import annotations

from collections.abc import Mapping

VERIFICATION_TEXTS: Mapping[str, tuple[str, str]] = {
    "verifying": ("逐时校核", "verifying"),
    "verification_note": (
        "逐时校核：已建规模不变，全年 {steps} 步重新运行（方案为 {planned_steps} 步）；"
        "费用为全期现值，其余为差异最大年份的值。",
        "Hour by hour: the same builds, run on {steps} steps of the year (the plan: {planned_steps}). Cost is of the "
        "whole horizon, discounted; all else of the year that differs most.",
    ),
    "verification_title": ("逐时校核", "The plan hour by hour"),
    "verification_targets_title": ("逐时校核：目标", "The plan hour by hour: targets"),
    "verification_targets_note": (
        "目标达到值的变化；硬约束目标在逐时运行中尽量保持。",
        "How far the targets drift; hard ones are held as far as they can be.",
    ),
    "quantity": ("项目", "quantity"),
    "planned": ("方案", "plan"),
    "hourly": ("逐时", "hourly"),
    "drift": ("差异", "drift"),
    "verified_total": ("总费用现值", "discounted cost"),
    "verified_unserved_energy": ("未供电量", "unserved energy"),
    "verified_unserved_hydrogen": ("未供氢量", "unserved hydrogen"),
    "verified_missing_flow": ("生态流量缺额", "missing minimum flow"),
    "verified_curtailed_energy": ("弃电量", "curtailed energy"),
    "verified_import": ("购入电量", "import"),
    "verified_export": ("外送电量", "export"),
    "verified_dearer": (
        "逐时运行的总费用现值比方案高 {share}%。",
        "Hour by hour, the discounted cost is {share} % above that of the plan.",
    ),
    "verified_cheaper": (
        "逐时运行的总费用现值比方案低 {share}%。",
        "Hour by hour, the discounted cost is {share} % below that of the plan.",
    ),
    "verdict_change": ("{planned}→{hourly}", "{planned} -> {hourly}"),
    "verification_holds": (
        "逐时运行下各目标结论不变或更好。",
        "Hour by hour no verdict on a target is worse than planned.",
    ),
    "verification_worse": (
        "逐时运行下结论变差的目标：{targets}。",
        "Verdicts that are worse hour by hour: {targets}.",
    ),
    "verification_not_held": (
        "以下硬约束目标在已建规模下逐时无法保持：{targets}。",
        "Hard targets that these builds cannot hold hour by hour: {targets}.",
    ),
    "verification_infeasible": (
        "逐时校核：已建规模下没有任何逐时运行方式满足物理条件；粗时段掩盖了这一点。",
        "Hour by hour: with these builds no operation satisfies the physical limits; the longer steps hid it.",
    ),
    "verification_limit": (
        "逐时校核未完成：{seconds:.0f} 秒后达到求解上限（{status}）；请提高 --time-limit。方案本身不受影响。",
        "Hour by hour: not finished, the solver reached its limit after {seconds:.0f} s ({status}). Raise "
        "--time-limit. The plan itself stands.",
    ),
    "verification_trouble": (
        "逐时校核未完成：求解器未得出结论（{status}）。方案本身不受影响。",
        "Hour by hour: not finished, the solver came to no conclusion ({status}). The plan itself stands.",
    ),
}
