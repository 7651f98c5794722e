"""Texts of the report and of its pictures, in Chinese and in English; `texts.say` finds them with all others."""

from __future__ import annotations

from collections.abc import Mapping

REPORT_TEXTS: Mapping[str, tuple[str, str]] = {
    # the report
    "contents": ("目录", "contents"),
    "pictures": ("图", "Pictures"),
    "tables": ("表", "Tables"),
    "tables_note": (
        "各表按年并列；全部为零的行不列出。超过 30 行的表折叠显示，打印时略去；完整数据见结果文件夹中的 CSV。",
        "Years side by side; rows that are zero throughout are left out. Tables of more than 30 rows are folded and "
        "not printed. The CSV files in the result folder hold everything.",
    ),
    "findings_heading": ("发现", "Findings"),
    "clause": ("条款", "clause"),
    "treatment": ("处理方式", "treatment"),
    "statement": ("说明", "statement"),
    "stated_title": ("规划中未计算的目标", "Targets of the plan that are not computed"),
    "stated_note": (
        "作为输入给定、本情景未提出、规划未给数值或不在模型范围内的目标。",
        "Those that are inputs, not asked in this scenario, without a number in the plan, or out of scope.",
    ),
    "treatment_input": ("输入", "input"),
    "treatment_not_asked": ("未提出", "not asked"),
    "treatment_no_number": ("无数值", "no number"),
    "treatment_out_of_scope": ("范围外", "out of scope"),
    "track_heading": ("进度", "track"),
    "track_word_ahead": ("超前", "ahead"),
    "track_word_on_track": ("正常", "on track"),
    "track_word_behind": ("滞后", "behind"),
    "paths_title": ("目标进程", "On the way to the targets"),
    "paths_caption": (
        "黑线为各年达到值，虚线为由首年到目标值的直线路径，菱形为目标值。装机目标见“逐年装机容量”。",
        "Black: achieved in each year. Dashed: a straight path from the first year to the target. Diamond: the target. "
        "Capacity targets stand in the picture of capacity.",
    ),
    "paths_alt": ("{names}逐年达到值与目标值。", "Value achieved in each year against the target: {names}."),
    "name": ("名称", "name"),
    "sign": ("", ""),
    "targets": ("目标", "targets"),
    "no_targets": ("该情景未设目标。", "The scenario asks for nothing."),
    "numbers_of": ("“{title}”数据", "The numbers: {title}"),
    "yearly_note": (
        "装机为年末统计口径；费用不含外送收入。",
        "Capacity at year end as the statistics count it; cost is without sales.",
    ),
    "horizon": ("规划期", "horizon"),
    "time_steps": ("时段", "time steps"),
    "steps_of_year": (
        "每年 {count} 个连续时段，长 {shortest:.0f}–{longest:.0f} 小时",
        "{count} chronological steps a year, {shortest:.0f} to {longest:.0f} h long",
    ),
    "weather_years": ("来水年", "weather years"),
    "weather_normal": ("平水年", "normal"),
    "weather_dry": ("枯水年", "dry"),
    "weather_wet": ("丰水年", "wet"),
    "audit_of": ("核查", "audit"),
    "audit_passed": (
        "{count} 项全部通过，最接近容差的一项用去 {share:.1%}",
        "all {count} checks passed; the closest uses {share:.1%} of its tolerance",
    ),
    "made_with": ("软件", "made with"),
    "footer": (
        "由 pzh-opt 生成。数值为模型结果，不是预测；数据等级见“数据依据”。",
        "Made by pzh-opt. The numbers are results of a model, not forecasts; what they rest on stands under “What the "
        "answer rests on”.",
    ),
    "report_written": ("报告：{path}", "Report: {path}"),
    "workbook_written": ("工作簿：{path}", "Workbook: {path}"),
    "title_of_quantity": ("{title} — {quantity}", "{title} — {quantity}"),
    # words of several pictures
    "unknown": ("未知", "unknown"),
    "month": ("月", "month"),
    "month_of": ("{month}月", "month {month}"),
    "year_of": ("{year}年", "{year}"),
    "per_year": ("{unit}/年", "{unit} a year"),
    "total": ("合计", "total"),
    "demand": ("用电需求", "demand"),
    "out_of": ("{name}（放）", "{name} (out)"),
    "into": ("{name}（充）", "{name} (in)"),
    "million_m3": ("百万立方米", "million m³"),
    "hour_of_year": ("年内小时", "hour of the year"),
    "plot_remedy": (
        "请确认该情景包含相应技术。",
        "Choose another picture, or solve a scenario with the technology it shows.",
    ),
    # capacity
    "capacity_title": ("逐年装机容量", "Capacity by year"),
    "capacity_caption": (
        "年末统计口径装机与储能功率。横线为规划装机目标；各目标所含电源见图下说明，故横线不一定与柱高可比。",
        "Year-end capacity as the statistics count it, and storage power. Lines are the plan's capacity targets; what "
        "each counts is said below the picture, so a line need not compare with the whole bar.",
    ),
    "capacity_caption_plain": (
        "年末统计口径装机与储能功率。",
        "Year-end capacity as the statistics count it, and storage power.",
    ),
    "capacity_alt": (
        "{first}至{last}年各类电源装机容量堆叠柱图；{last}年合计{total}。",
        "Stacked bars of capacity by technology, {first} to {last}; {last} adds up to {total}.",
    ),
    "target_line": (
        "{identifier}（{year}年）{name}：要求 {sign} {required}，达到 {achieved}，{verdict}",
        "{identifier} ({year}) {name}: asked {sign} {required}, achieved {achieved}, {verdict}",
    ),
    # balances
    "generation_title": ("逐年电量平衡", "Electricity by year: sources and uses"),
    "generation_caption": (
        "零线以上为电量来源，以下为去向，两者相等。多个来水年时为期望值。",
        "Sources above the line, uses below it; both are equal. Expected values where there are several weather years.",
    ),
    "generation_alt": (
        "逐年电量来源与去向堆叠柱图；{last}年来源合计{total}。",
        "Stacked bars of where electricity comes from and goes to; sources of {last} add up to {total}.",
    ),
    "seasons_title": ("分月电力平衡", "Power balance through the seasons"),
    "seasons_caption": (
        "各月平均功率：零线以上为来源，以下为去向。",
        "Mean power of each month: sources above the line, uses below it.",
    ),
    "seasons_alt": (
        "{years}年各月平均功率的来源与去向。",
        "Mean power by month, sources and uses, in {years}.",
    ),
    # dispatch
    "dispatch_title": ("典型时段出力（{year}年）", "Dispatch in {year}"),
    "dispatch_caption": (
        "零线以上为供电，以下为外送、充电与制氢；黑线为用电需求。时间标注为月-日，图中最长时段为 {hours} 小时。",
        "Supply above the line; export, charging and electrolysis below it; the black line is demand. Dates are "
        "month-day. The longest step shown lasts {hours} h.",
    ),
    "expected_weather": ("多个来水年按概率取期望。", " Expected over the weather years."),
    "dispatch_alt": (
        "{year}年{spans}逐时段供电与用电。",
        "Supply and demand step by step in {year}: {spans}.",
    ),
    "wet_week": ("水电最多的一周（{days}）", "week with most hydro ({days})"),
    "dry_week": ("水电最少的一周（{days}）", "week with least hydro ({days})"),
    # levels
    "reservoirs_title": ("水库蓄水过程（{year}年）", "Reservoir levels in {year}"),
    "reservoirs_caption": (
        "调节库容以内的蓄水量；灰色为允许范围（汛限、调度线）。不足一天平均流量的库容不画出。表中为月均值。",
        "Usable water stored; grey is what is allowed (flood limit, guide band). Pondage of less than a day of mean "
        "flow is left out. The table has monthly means.",
    ),
    "reservoirs_alt": ("{year}年{names}的蓄水过程。", "Water stored over {year}: {names}."),
    "storage_title": ("储能与储氢过程（{year}年）", "Storage and hydrogen levels in {year}"),
    "storage_caption": (
        "各类储能的存量；灰色为装机容量。表中为月均值。",
        "Content of every store; grey is its size. The table has monthly means.",
    ),
    "storage_alt": ("{year}年{names}的存量过程。", "Content of the stores over {year}: {names}."),
    # prices
    "prices_title": ("电价持续曲线", "Price duration"),
    "prices_caption": (
        "电力边际价值由高到低排列：横轴为不低于该价格的小时数。价格为模型的边际成本，不是电价政策。",
        "Marginal value of electricity, highest first: for how many hours it is at least so high. It is the model's "
        "marginal cost, not a tariff.",
    ),
    "prices_alt": (
        "{years}年电力边际价值持续曲线。",
        "Duration curves of the marginal value of electricity in {years}.",
    ),
    "hours_at_least": ("小时", "hours"),
    # emissions
    "other_of": ("其他{name}", "other {name}"),
    "emissions_title": ("二氧化碳排放与燃料", "Carbon dioxide and fuels"),
    "emissions_caption": (
        "逐年二氧化碳排放（按来源）；横线为排放目标；有燃料账时下图为按发热量计的燃料消费。",
        "Carbon dioxide of a year by source; lines are targets for it. Below, where fuels are counted, fuel by its "
        "calorific value.",
    ),
    "emissions_alt": (
        "逐年二氧化碳排放堆叠柱图；{last}年合计{total}。",
        "Stacked bars of carbon dioxide by source; {last} adds up to {total}.",
    ),
    # costs
    "costs_title": ("费用构成", "What it costs"),
    "costs_caption": (
        "上图：各年费用（外送收入为负）；下图：规划期现值，合计等于目标函数。基准年不变价。",
        "Above: cost of each year, the revenue of exports negative. Below: discounted over the horizon; the bars add "
        "up to the objective. Constant prices of the base year.",
    ),
    "costs_alt": (
        "逐年费用构成与规划期费用现值；现值合计{total}。",
        "Cost by year and kind, and discounted cost by technology, which adds up to {total}.",
    ),
    "cost_by_year": ("逐年费用", "cost of a year"),
    "cost_by_technology": ("规划期费用现值", "discounted cost of the horizon"),
    "net_cost": ("净费用", "net"),
    "kind_annuity": ("投资年金", "annuities"),
    "kind_fixed_om": ("固定运维", "fixed O&M"),
    "kind_variable_om": ("可变运维", "variable O&M"),
    "kind_fuel": ("燃料", "fuel"),
    "kind_import": ("购电", "import"),
    "kind_export": ("外送收入", "export revenue"),
    "kind_penalty": ("缺额罚金", "penalties"),
    "kind_carbon_price": ("碳价", "carbon price"),
    "kind_end_use": ("终端替代", "end uses"),
    "kind_green_power": ("绿电交易", "green power"),
    # cascade
    "cascade_title": ("梯级水流示意（{year}年）", "The cascade in {year}"),
    "cascade_caption": (
        "箭头宽度与年均流量（立方米/秒）成正比：蓝色为发电流量，橙色为弃水；自上而下的箭头为区间来水。电量为全站数。",
        "Arrows are as wide as the year's mean flow (m³/s): blue through turbines, orange past them; arrows from above "
        "are the station's own inflow. Energy is that of the whole station.",
    ),
    "cascade_alt": (
        "{year}年{count}座梯级电站的年均流量与发电量示意图。",
        "Sketch of {count} stations with the mean flows and energy of {year}.",
    ),
    "flow_inflow": ("区间来水", "own inflow"),
    "flow_turbine": ("发电", "turbine"),
    "flow_spill": ("弃水", "spill"),
    "flow_unit": ("流量：立方米/秒", "flows in m³/s"),
    "flow_line": ("{name} {value}", "{name} {value}"),
    # Sankey
    "sankey_title": ("能量流向（{year}年）", "Where energy flows in {year}"),
    "sankey_caption": (
        "宽度与年电量成正比；储能只计损耗。氢按低位热值。",
        "As wide as the energy of the year; of storage only the losses. Hydrogen by its lower heating value.",
    ),
    "sankey_alt": (
        "{year}年电力来源与去向的能流图，合计{total}。",
        "Ribbons from the sources of electricity to its uses in {year}, {total} in all.",
    ),
    "flow_from": ("来自", "from"),
    "flow_to": ("去向", "to"),
    "hydrogen_becomes": ("其中氢用于：{parts}", "hydrogen goes to: {parts}"),
    # grades
    "grades_title": ("数据依据", "What the answer rests on"),
    "grades_caption": (
        "各等级占比：A 规划原文，B 公开出版，C 工程经验（有上下限），D 假设（待替换）。费用按其最弱参数定级，收入与支出"
        "均按绝对值计；括号内为该技术占费用的比重。",
        "Shares by grade: A the plan, B published, C engineering knowledge with a range, D assumption to be replaced. "
        "A cost has the grade of the weakest number behind it; revenue and cost count by their size; in brackets the "
        "technology's share of it.",
    ),
    "grades_alt": (
        "按数据等级划分的数值与费用占比；{share:.0f}% 的数值为 C 或 D 级。",
        "Shares of numbers and cost by grade; {share:.0f} % of the numbers are of grade C or D.",
    ),
    "grade_A": ("A 规划原文", "A the plan"),
    "grade_B": ("B 公开出版", "B published"),
    "grade_C": ("C 工程经验", "C engineering"),
    "grade_D": ("D 假设", "D assumption"),
    "grade_?": ("情景给定", "stated in the scenario"),
    "of_numbers": ("全部数值", "all numbers"),
    "of_cost": ("全部费用", "all cost"),
    "of_technology": ("{name}（{share:.0%}）", "{name} ({share:.0%})"),
}
"""(Chinese, English) by key; words in braces are filled in."""
