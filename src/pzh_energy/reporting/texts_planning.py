"""Titles, headings and words of the planner's tables, in Chinese and in English; `texts.say` finds them."""

from __future__ import annotations

from collections.abc import Mapping

PLANNING_TEXTS: Mapping[str, tuple[str, str]] = {
    "table_power_balance": ("电力平衡表", "Power balance"),
    "table_power_balance_note": (
        "各季最大负荷时刻的电力平衡；丰、平、枯为同一来水年内的季节，不是丰、平、枯水年。",
        "At the step of highest demand of each season; wet, flat and dry are seasons of one weather year, not wet, "
        "normal and dry years.",
    ),
    "table_electricity_balance": ("电量平衡表", "Electricity balance"),
    "table_electricity_balance_note": (
        "供入为正，用出为负，各季合计为零；丰、平、枯为同一来水年内的季节。",
        "Supply positive, use negative, zero in sum; wet, flat and dry are seasons of one weather year.",
    ),
    "table_utilisation": ("利用小时数", "Utilisation hours"),
    "table_utilisation_note": (
        "按年均在运容量和年末统计容量分别计算；项目为空的行是该类合计。",
        "On the mean capacity in service and on that of the statistics; rows without an item are the whole carrier.",
    ),
    "table_energy_supply": ("能源平衡表", "Energy balance"),
    "table_energy_supply_note": (
        "实物量与标准煤；电力分别按等价值（当年煤耗）和当量值（热值）折算。",
        "Physical units and standard coal; electricity at the year's coal rate and at its heat content.",
    ),
    "table_projects": ("项目与投资清单", "Projects and investment"),
    "table_projects_note": (
        "投资为静态投资，不扣残值；日期为空的为该年新增。",
        "Overnight cost without residual value; without a date: built for that year.",
    ),
    "table_target_years": ("目标逐年进度", "Targets year by year"),
    "table_target_years_note": (
        "路径为首年到目标年的直线。",
        "The path is straight from the first year to the target's.",
    ),
    # headings, by the name of the column
    "column_season": ("季节", "season"),
    "column_weather": ("来水年", "weather"),
    "column_hour_of_year": ("年内时刻", "hour of the year"),
    "column_line": ("科目", "line"),
    "column_side": ("方向", "side"),
    "column_sector": ("部门", "sector"),
    "column_date": ("投产日期", "in service"),
    "column_target": ("目标", "target"),
    "column_metric": ("指标", "metric"),
    "column_name_zh": ("名称（中文）", "name in Chinese"),
    "column_name_en": ("名称（英文）", "name in English"),
    "column_available_mw": ("可用容量", "available"),
    "column_credited_mw": ("可信容量", "credited"),
    "column_power_mw": ("出力（负荷）", "power"),
    "column_operating_mw": ("年均在运容量", "in service"),
    "column_statistical_mw": ("统计容量", "statistics"),
    "column_hours_operating": ("利用小时（在运）", "hours, in service"),
    "column_hours_statistical": ("利用小时（统计）", "hours, statistics"),
    "column_amount": ("实物量", "amount"),
    "column_substitution_ktce": ("标准煤（等价值）", "standard coal, substitution"),
    "column_calorific_ktce": ("标准煤（当量值）", "standard coal, calorific"),
    "column_overnight_million_cny": ("静态投资", "overnight cost"),
    "column_achieved": ("达到", "achieved"),
    "column_path": ("路径", "path"),
    "column_required": ("要求", "required"),
    # words in the cells
    "season_year": ("全年", "year"),
    "season_wet": ("丰水期", "wet"),
    "season_flat": ("平水期", "flat"),
    "season_dry": ("枯水期", "dry"),
    "side_supply": ("供入", "supply"),
    "side_use": ("用出", "use"),
    "line_supply": ("供入", "supply"),
    "line_use": ("消费", "use"),
    "line_demand": ("最大负荷", "highest demand"),
    "line_capacity": ("容量合计", "capacity"),
    "line_reserve": ("盈（+）亏（-）", "surplus (+) or deficit (-)"),
    "line_reserve_with_import": ("计入购入后盈亏", "the same with import"),
    "line_transformation": ("加工转换（发电）", "transformation into electricity"),
    "line_feedstock": ("原料", "feedstock"),
    "line_generation": ("发电", "generation"),
    "line_import": ("购入", "import"),
    "line_export": ("外送", "export"),
    "line_losses": ("储能与线路损耗", "losses of storage and links"),
    "line_unserved": ("未供电量", "unserved"),
    "sector_industry": ("工业", "industry"),
    "sector_mining": ("采矿业", "mining"),
    "sector_transport": ("交通运输", "transport"),
    "sector_buildings": ("建筑", "buildings"),
    "sector_agriculture": ("农业", "agriculture"),
    "sector_power": ("电力", "power"),
    # the power balance in the terminal
    "power_balance_heading": (
        "电力平衡（{unit}）：同一来水年内各季最大负荷时刻；可用为可调出力，可信按容量可信度计，盈亏不计购入。",
        "Power balance at the highest demand of each season of one weather year, {unit}: what could be fed in (avail.) "
        "and what the capacity credits count (cred.), each with its surplus over demand, without import.",
    ),
    "season": ("季节", "season"),
    "peak": ("负荷", "demand"),
    "output": ("出力", "output"),
    "firm": ("可用", "avail."),
    "surplus": ("盈亏", "surplus"),
    "firm_credited": ("可信", "cred."),
    "surplus_credited": ("盈亏", "surplus"),
}
"""(Chinese, English) by key."""
