"""Findings on decisions: what was settled before the plan, what a choice of rule decides, what closing gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pzh_energy.reporting.findings.facts import BY_CONSUMPTION, Facts, Finding, filled
from pzh_energy.reporting.scorecard import ScorecardRow, verdict_of
from pzh_energy.reporting.texts import LANGUAGES
from pzh_energy.targets.renewable_obligation import Attribution, share_used

MET = ("met", "met_within_tolerance")
ATTRIBUTIONS: tuple[Attribution, ...] = ("hydro_first", "pro_rata")
THERMAL = "thermal"


def decided_before(facts: Facts) -> Iterator[Finding]:
    """Targets of a year that were met, or ahead of the straight path, when the history ended."""
    followed = [row for row in facts.rows if row.track is not None and row.year is not None]
    for year in sorted({row.year for row in followed if row.year is not None}):
        of_year = [row for row in followed if row.year == year]
        met = [row for row in of_year if _was_met(row)]
        open_yet = [row for row in of_year if row not in met]
        ahead, on_track, behind = ([r for r in open_yet if r.track == t] for t in ("ahead", "on_track", "behind"))
        yield filled(
            f"decided_before_{year}",
            (
                f"{year}年目标：{len(of_year)}项中{len(met)}项此前已达到",
                f"Targets of {year}: {len(met)} of {len(of_year)} were met beforehand",
            ),
            (
                "至{until}年末，{year}年可逐年跟踪的{followed}项目标中，已达到{met}项（{met_ids}），快于直线路径{ahead}项（{ahead_ids}），"
                "大致持平{on_track}项（{on_track_ids}），落后{behind}项（{behind_ids}）。",
                "Of {followed} targets of {year} that can be followed from year to year, at the end of {until} {met} "
                "were met ({met_ids}), {ahead} ahead of a straight path ({ahead_ids}), {on_track} on it "
                "({on_track_ids}) and {behind} behind ({behind_ids}).",
            ),
            until=int(of_year[0].track_year or 0),
            year=year,
            followed=len(of_year),
            met=len(met),
            met_ids=_ids(met),
            ahead=len(ahead),
            ahead_ids=_ids(ahead),
            on_track=len(on_track),
            on_track_ids=_ids(on_track),
            behind=len(behind),
            behind_ids=_ids(behind),
        )


def _was_met(row: ScorecardRow) -> bool:
    observed = row.track_observed
    return observed is not None and verdict_of(row.operator, row.required, row.tolerance, observed) in MET


def _ids(rows: Sequence[ScorecardRow]) -> tuple[tuple[str, str], str]:
    """Targets of the plan by their ids, those a scenario adds by their names."""
    zh = [row.identifier if row.clause else row.label_zh for row in rows]
    en = [row.identifier if row.clause else row.label_en for row in rows]
    return ("、".join(zh) or "无", ", ".join(en) or "none"), "text"


def obligation_by_attribution(facts: Facts) -> Iterator[Finding]:
    """A renewable obligation under both readings of which electricity is the one exported."""
    for identifier, spec in facts.of_metric("renewable_obligation"):
        years = spec.measured_in(facts.results.periods)
        if not years or not facts.has_accounts:
            continue
        year = max(years)
        try:
            shares = {rule: share_used(facts.results, year, spec.counts, rule) for rule in ATTRIBUTIONS}
        except ZeroDivisionError:
            continue
        zh, en = (spec.label.zh, spec.label.en) if spec.label else (identifier, identifier)
        met = {verdict_of(spec.operator, spec.value, spec.tolerance, share) in MET for share in shares.values()}
        if len(met) > 1:
            titles = (f"{zh}：能否完成取决于外送电量的归属", f"{en}: how exports are counted decides the verdict")
        elif met == {True}:
            titles = (f"{zh}：两种外送归属下均完成", f"{en}: met whichever way exports are counted")
        else:
            titles = (f"{zh}：两种外送归属下均未完成", f"{en}: missed whichever way exports are counted")
        yield filled(
            f"obligation_by_attribution_{identifier}",
            titles,
            (
                "{year}年：外送优先计为省调水电时为{hydro_first}，按全部发电结构分摊时为{pro_rata}；要求{value}。",
                "In {year} it is {hydro_first} if exports are hydropower of the province first, {pro_rata} if they "
                "have the mix of all generation; {value} is asked.",
            ),
            year=year,
            value=(spec.value, "%"),
            **{rule: (share, "%") for rule, share in shares.items()},
        )


def closing_a_plant(facts: Facts) -> Iterator[Finding]:
    """What a fossil plant costs the non-fossil share: the share if other electricity took its place."""
    for identifier, spec in facts.share_targets(BY_CONSUMPTION):
        green, total = (facts.account(name, spec.year) for name in ("non_fossil", "total"))
        for plant, gwh, fuel in _fossil_plants(facts, spec.year):
            # at the coal rate, as the rule of the share counts electricity
            worth = gwh * facts.coal_rate(spec.year)
            whole = total - fuel + worth
            share, local, bought = (
                100 * part for part in (green / total, (green + worth) / whole, _bought(facts, green, worth) / whole)
            )
            names = tuple(facts.labels.name(plant, language) for language in LANGUAGES)
            yield filled(
                f"closing_{plant}_{identifier}",
                (
                    f"{identifier}：关停{names[0]}可提高比重",
                    f"{identifier}: closing a plant lifts the share ({names[1]})",
                )
                if local > share
                else (
                    f"{identifier}：关停{names[0]}不提高比重",
                    f"{identifier}: closing a plant does not lift the share ({names[1]})",
                ),
                (
                    "{plant}：{year}年发电量{generated}，耗能{fuel}。若改用本市外送的非化石电量（{export}），"
                    "比重由{share}变为{local}（{points}）；若改由省网购电，为{bought}（{points_bought}）。"
                    "是否关停由情景 thermal.closing 决定。",
                    "{plant}: {generated} in {year} from {fuel} of fuel. If non-fossil power of the city took "
                    "its place (exports are {export}), the share would go from {share} to {local} ({points}); with "
                    "power bought, to {bought} ({points_bought}). Closing is a decision of the scenario: "
                    "thermal.closing.",
                ),
                year=spec.year,
                plant=(names, "text"),
                generated=(gwh * 1e-3, "TWh"),
                fuel=(fuel, "ktce"),
                export=(facts.energy_twh(spec.year, "export"), "TWh"),
                share=(share, "%"),
                local=(local, "%"),
                points=(local - share, "percentage points"),
                bought=(bought, "%"),
                points_bought=(bought - share, "percentage points"),
            )


def _bought(facts: Facts, green: float, worth: float) -> float:
    """Non-fossil energy [ktce] if electricity worth so much is bought in place of fossil power of the city."""
    return green + worth * facts.accounting_number("grid_non_fossil_share")


def _fossil_plants(facts: Facts, year: int) -> Iterator[tuple[str, float, float]]:
    """Thermal plants whose fuel is counted as theirs: electricity [GWh] and fuel [ktce] of the year, if they ran."""
    results = facts.results
    for entry in results.ledger("fuel", "fossil", "power"):
        if entry.block != THERMAL:
            continue
        for plant in entry.members:
            one = {entry.member_dimension: plant, "period": year}
            fuel = float(results.of_year(entry.data).sel(one))
            power = [e for e in results.ledger("electricity", "generation", plant) if e.block == THERMAL]
            gwh = float(results.net_gwh(power).sel(period=year))
            if fuel > 0 and gwh > 0:
                yield plant, gwh, fuel


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    decided_before,
    obligation_by_attribution,
    closing_a_plant,
)
