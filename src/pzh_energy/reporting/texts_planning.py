"""Words of the planner's tables, in Chinese and in English; `texts.say` finds them."""

from __future__ import annotations

from collections.abc import Mapping

PLANNING_TEXTS: Mapping[str, tuple[str, str]] = {
    # headings, by the name of the column
    "column_sector": ("部门", "sector"),
    "column_name_zh": ("名称（中文）", "name in Chinese"),
    "column_name_en": ("名称（英文）", "name in English"),
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
    "balance_season": ("季节", "season"),
    "balance_peak": ("负荷", "demand"),
    "balance_output": ("出力", "output"),
    "balance_firm": ("可用", "avail."),
    "balance_surplus": ("盈亏", "surplus"),
    "balance_firm_credited": ("可信", "cred."),
    "balance_surplus_credited": ("盈亏", "surplus"),
}
"""(Chinese, English) by key."""
