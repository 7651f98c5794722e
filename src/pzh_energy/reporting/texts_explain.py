"""Sentences of `pzh-opt explain` and `pzh-opt check`, in Chinese and in English; read through `texts.say`."""

from __future__ import annotations

from collections.abc import Mapping

EXPLAIN: Mapping[str, tuple[str, str]] = {
    # headings
    "no_plan": (
        "无可行方案：硬约束目标与物理条件不能同时满足。",
        "No plan meets all hard targets within the physical limits.",
    ),
    "no_plan_at_all": (
        "无可行方案：即使不设任何目标，物理条件也无法满足。",
        "No plan exists even without any target: physics itself forbids it.",
    ),
    "a_plan": ("有可行方案。目标的代价如下：", "A plan exists. What its targets cost:"),
    "nearest_values": ("距要求最近的可达值", "Nearest attainable values"),
    "why_missed": ("原因", "What stands in the way"),
    "clash_heading": ("相互冲突的目标组合（最小）", "Targets that exclude each other (smallest sets)"),
    "nearest_plan": ("最接近的方案（成本最低）", "The nearest plan at least cost"),
    "binding_limits": ("起约束作用的物理限制", "Physical limits that bind"),
    "missed_heading": ("未达标的目标", "Targets the plan misses"),
    "curve_heading": ("成本曲线：{identifier} {name}", "Cost curve of {identifier} {name}"),
    # columns
    "alone": ("单独可达", "alone"),
    "together": ("方案中", "in plan"),
    "price": ("边际代价", "price"),
    "notch": ("再紧一档", "a notch"),
    "notch_cost": ("一档代价", "costs"),
    "value": ("目标值", "value"),
    "extra_cost": ("增加成本", "extra cost"),
    "attainable": ("可达", "attainable"),
    "limit_column": ("限制", "limit"),
    "amount": ("数值", "amount"),
    "worth": ("放宽的价值", "worth"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "no_end": ("无上限", "no end"),
    "not_attainable": ("不可达", "impossible"),
    # sentences
    "miss_asked": (
        "{target}：要求 {asked}，至多做到 {nearest}，相差 {gap}。",
        "{target}: asks for {asked}; {nearest} is the nearest that can be had, {gap} away.",
    ),
    "miss_by_others": (
        "{target}：要求 {asked}，单独可以做到；与其他目标一起只能做到 {together}。",
        "{target}: asks for {asked} and could have it alone; beside the other targets it comes to {together}.",
    ),
    "miss_no_base": ("{target}：分母为零，无法计算。", "{target}: what it is a share of is zero."),
    "limit_line": (
        "  · {limit}：{amount}{years}；每放宽 {step}，可改善 {relief}。",
        "  - {limit}: {amount}{years}; {step} more brings {relief}.",
    ),
    "limit_fact": ("  · {limit}{amount}{years}。", "  - {limit}{amount}{years}."),
    "limit_amount": ("：{amount}", ": {amount}"),
    "limit_years": ("（{years}年）", " ({years})"),
    "no_limit": (
        "  · 数据中没有任何决策能改变这一数值。",
        "  - Nothing that can be decided changes it: the amount is given by the data.",
    ),
    "clash": ("{targets} 不能同时满足：", "{targets} cannot be held together:"),
    "clash_member": (
        "  · 其余目标保持不变时，{target}最近为 {nearest}，要求 {asked}。",
        "  - with the others held, {target} comes to {nearest}; it asks for {asked}.",
    ),
    "clash_limits": ("    背后的限制：{limits}。", "    behind it: {limits}."),
    "clashes_incomplete": ("可能还有其他冲突组合未列出。", "There may be more clashing sets than these."),
    "shortage": (
        "{year}年{balance}：最大缺口或盈余 {most}，全年 {energy}。",
        "{balance}, {year}: up to {most} cannot be placed or found, {energy} over the year.",
    ),
    "shortages_limits": ("背后的限制：", "The limits behind it:"),
    "missed_could": (
        "{target}：要求 {asked}，方案为 {together}；若强制达标，每年多花 {cost}（{year}）。",
        "{target}: asks for {asked}, the plan has {together}; to meet it would cost {cost} a year ({year}).",
    ),
    "missed_could_free": (
        "{target}：要求 {asked}，方案为 {together}；可以达标。",
        "{target}: asks for {asked}, the plan has {together}; it could be met.",
    ),
    "prices_sense": (
        "边际代价为该年每再提高一单位的年费用；一档代价为重新求解所得的年费用。",
        "price: million CNY a year for one unit more, from the dual; a notch: the same from a new solve.",
    ),
    "limit_prices_sense": (
        "价值：该限制每放宽一单位，在该年（不折现）每年可节省的费用；列出最大的一年。",
        "worth: what a unit looser would save, as a payment in that year; the year in which it is most.",
    ),
    "curve_sense": (
        "增加成本为规划期折现值，与不设该目标的方案相比；该方案自身达到 {free}，最远可达 {limit}。",
        "extra cost: discounted, against the plan without the target, which has {free}; the furthest is {limit}.",
    ),
    "electricity_balance": ("电力平衡", "electricity balance"),
    "hydrogen_balance": ("氢平衡", "hydrogen balance"),
    "structural": (
        "不需求解即可判定（仅由装机、潜力与建设速度算出）：",
        "Found before solving, by arithmetic on capacities, potentials and build rates:",
    ),
    "years_word": ("{years}年", "{years}"),
    # kinds of limits
    "limit_build_rate": ("{what}的建设速度", "build rate of {what}"),
    "limit_lead_time": ("{what}的建设周期（最早{earliest}年投产）", "lead time of {what} (not before {earliest})"),
    "limit_no_building": ("{what}不允许新建", "no building of {what} is allowed"),
    "limit_history": ("{what}已成事实的建设量", "what was built of {what} in the past"),
    "limit_committed": ("{what}已定项目", "committed projects of {what}"),
    "limit_potential": ("{what}的资源潜力", "potential of {what}"),
    "limit_growth_limit": ("{what}的增长速度上限", "growth limit of {what}"),
    "limit_given": ("{what}的既定装机", "capacity of {what} as given"),
    "limit_existing": ("{what}的现有装机", "existing capacity of {what}"),
    "limit_demand": ("用能需求", "demand"),
    "limit_water": ("{what}的来水", "water of {what}"),
    "limit_environmental_flow": ("{what}的生态流量", "environmental flow of {what}"),
    "limit_turbines": ("{what}的过机流量与调度计划", "turbine flow and schedule of {what}"),
    "limit_reservoir": ("{what}的最高蓄水位", "highest reservoir level of {what}"),
    "limit_reservoir_floor": ("{what}的最低蓄水位", "lowest reservoir level of {what}"),
    "limit_export_line": ("外送通道能力", "export line"),
    "limit_import_line": ("购入通道能力", "import line"),
    "limit_export_tier": ("外送电量分档（{what}）", "export price tier ({what})"),
    "limit_link": ("联络线能力（{what}）", "transmission link ({what})"),
    "limit_material": ("钒资源供应（{what}）", "vanadium supply ({what})"),
    "limit_yearly_energy": ("{what}的年出力上限", "yearly energy of {what}"),
    "limit_must_run": ("{what}的必发出力", "must-run output of {what}"),
    "limit_plant_output": ("{what}的出力上限", "output limit of {what}"),
    "limit_ramp": ("{what}的推进速度", "ramp of {what}"),
    "limit_other": ("{what}（{name}）", "{what} ({name})"),
    # check
    "feasible": ("可行", "feasible"),
    "infeasible_outcome": ("无可行方案", "infeasible"),
    "bad_input": ("输入有误", "bad input"),
    "stopped": ("求解未完成", "stopped"),
    "as_required": ("合格", "ok"),
    "not_as_required": ("不合格", "FAILED"),
    "not_held": ("-", "-"),
    "moved_heading": ("与记录不同之处（{count} 处）：", "{count} difference(s) from the recording:"),
    "check_end": (
        "{count} 个情景，{failed} 个不合格；{missed} 个受检目标不合格；退出码 {code}。",
        "{count} scenario(s), {failed} not as required; {missed} held target(s) not as required; exit code {code}.",
    ),
    "recorded": ("已记录：{file}", "Recorded: {file}"),
    "not_recorded": (
        "未记录 {file}：有情景无法判定。",
        "{file} was not recorded: a scenario could not be judged.",
    ),
    "new_scenario": ("{scenario}：记录中没有此情景。", "{scenario}: not in the recording."),
    "scenario_gone": ("{scenario}：记录中有，本次未检查。", "{scenario}: recorded, but not checked."),
    "new_target": ("{scenario} {target}：记录中没有此目标。", "{scenario} {target}: not in the recording."),
    "target_gone": ("{scenario} {target}：记录中有，现已没有。", "{scenario} {target}: recorded, but gone."),
    "outcome_moved": ("{scenario}：由{before}变为{after}。", "{scenario}: was {before}, is {after}."),
    "verdict_moved": ("{scenario} {target}：由{before}变为{after}。", "{scenario} {target}: was {before}, is {after}."),
    "unit_moved": (
        "{scenario} {target}：单位由 {before} 变为 {after}。",
        "{scenario} {target}: unit was {before}, is {after}.",
    ),
    "margin_moved": (
        "{scenario} {target}：余量由 {before} 变为 {after}，超过容差 {tolerance}。",
        "{scenario} {target}: margin was {before}, is {after}; tolerance {tolerance}.",
    ),
    "cost_moved": (
        "{scenario}：总费用由 {before} 变为 {after}。",
        "{scenario}: cost was {before}, is {after}.",
    ),
}
