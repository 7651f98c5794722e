r"""Renewable consumption obligation: renewable electricity used in the city as a share of all it uses.

.. math::
    \text{hydro\_first:}\quad \sum r - \sum x - \lambda + \varphi \sum m + t
        - v \Bigl( \sum (d + h) - \ell/\eta \Bigr) \ge 0

    \text{pro\_rata:}\quad \frac{R}{G}\Bigl(G - \sum x - \lambda\Bigr) + \varphi \sum m + t

r: generation from renewables, their sum R, G with that from fossil fuel; x: export; m: gross import, φ: its renewable
share; t: green power bought less sold, by certificate; d: demand as given, that of end uses included; h: load of the
hydrogen chain; ℓ: hydrogen that goes into fuel cells or is lost in storage, η: reference efficiency of electrolysis;
λ: losses of links and of storage, with the compression that it needs, and of power that goes through hydrogen back to
power; energy of a year [GWh].

With `hydro_first` what is exported, and what storage loses, is hydro of the stations the province dispatches, and the
certificate follows the sale: nothing of it counts here. With `counts: non_hydro` r is wind, PV, biomass and waste; then
neither x nor λ takes anything off, all of wind and PV stays. With `pro_rata` what is exported has the mix of what the
city generates; that is not linear, so it is measured only. Whichever is asked, the scorecard tells the other, too.
Cycling storage, exporting and importing again, or making hydrogen to burn it does not raise the share; what is not
served stays in the denominator. Certificates are taken to be apart from the power that is bought, and to be of wind and
PV: they count with and without hydro. Sources: data package, table `energy_accounting`; the electricity, hydrogen and
green_power ledgers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Remark, Terms
from pzh_energy.modeling.energy_accounts import accounting_number, recorded_number
from pzh_energy.modeling.ledger import Entry
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target_reading import net_energy, net_of_year

USED = ("consumption", "hydrogen_chain")
LOSING = ("storage", "compression", "transmission")
REUSED = ("reconversion", "storage")
SHARE = {"total": "grid_renewable_share", "non_hydro": "grid_non_hydro_share"}
Counts = Literal["total", "non_hydro"]
Attribution = Literal["hydro_first", "pro_rata"]
OTHER: Mapping[str, Attribution] = {"hydro_first": "pro_rata", "pro_rata": "hydro_first"}
GWH_PER_TWH = 1e3


class Options(TargetSpec):
    """A share of the electricity used, in per cent."""

    metric: Literal["renewable_obligation"]
    counts: Counts = Field("total", description="all renewable electricity, or only what is not hydro")
    attribution: Attribution = Field("hydro_first", description="which electricity is the one exported")


class RenewableObligation:
    """Renewable share of the electricity used."""

    key = "renewable_obligation"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms | None:
        """Renewable electricity used, and all that is used; None where the attribution is not linear."""
        name = block.key.removeprefix("target_")
        eta = accounting_number(system, "electrolysis_efficiency", f"targets.{name}")
        phi = accounting_number(system, SHARE[spec.counts], f"targets.{name}")
        if spec.attribution == "pro_rata":
            if spec.mode != "report":
                what = "the export is shared out pro rata, which is not linear: it cannot be held as a row."
                raise InputError([Problem(f"targets.{name}.attribution", what, "Use hydro_first, or mode: report.")])
            return None
        model = block.model
        power, hydrogen = model.ledgers["electricity"], model.ledgers["hydrogen"]
        counted = [e for e in power.read("generation", "non_fossil") if _counts(e, spec.counts)]
        used = [e for e in power.read(any_of=USED) if e.sign < 0 and not e.tags & set(LOSING)]
        taken = [*power.read("export"), *power.read(any_of=LOSING), *power.read("fuel_cell")]

        def burnt(p: Any) -> Any:
            return net_energy(model, hydrogen.read(any_of=REUSED), p) / eta

        def left(p: Any) -> Any:
            green = net_energy(model, counted, p) + phi * net_energy(model, power.read("import"), p)
            green = green + GWH_PER_TWH * net_of_year(model, model.ledgers["green_power"].entries, p)
            return green + net_energy(model, taken, p) + burnt(p) if spec.counts == "total" else green

        def base(p: Any) -> Any:
            return burnt(p) - net_energy(model, used, p)

        return Terms(left, base, scale=100.0, slack_unit="GWh", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent of the electricity used; ZeroDivisionError where none is, or nothing generated to share out."""
        return share_used(results, period, spec.counts, spec.attribution)

    def remark(self, spec: Options, results: Results, period: int | None) -> Remark | None:
        """The share by the other attribution."""
        if period is None:
            return None
        other = OTHER[spec.attribution]
        return f"by_{other}", {"share": (share_used(results, period, spec.counts, other), "%")}


def _counts(entry: Entry, counts: Counts) -> bool:
    """True if generation is of the kind that counts."""
    return counts == "total" or "hydro" not in entry.tags


def share_used(results: Results, period: int, counts: Counts, attribution: Attribution) -> float:
    """Renewable electricity used per electricity used [%], from the energies of the year [GWh].

    ZeroDivisionError where none is used, or nothing generated to share out; InputError without energy accounts.
    """

    def power(*tags: str, any_of: tuple[str, ...] = ()) -> float:
        return results.in_year(results.net_gwh(results.ledger("electricity", *tags, any_of=any_of)), period)

    hydrogen = results.net_gwh(results.ledger("hydrogen", any_of=REUSED))
    burnt = -results.in_year(hydrogen, period) / float(recorded_number(results, "electrolysis_efficiency"))
    cells = power("fuel_cell")
    used = -power(any_of=USED) + cells + power("compression") - burnt
    if used <= 0:
        raise ZeroDivisionError(f"no electricity is used in {period}")
    losses = -power(any_of=LOSING) + burnt - cells
    exported, generated = -power("export"), power("generation")
    renewable = power("generation", "non_fossil")
    counted = renewable if counts == "total" else renewable - power("generation", "non_fossil", "hydro")
    if attribution == "pro_rata":
        if generated <= 0:
            raise ZeroDivisionError(f"nothing is generated in {period}")
        kept = counted / generated * (generated - exported - losses)
    else:
        kept = counted - exported - losses if counts == "total" else counted
    bought = float(recorded_number(results, SHARE[counts])) * power("import")
    certificates = GWH_PER_TWH * results.in_year(results.net_amount(results.ledger("green_power")), period)
    return 100.0 * (kept + bought + certificates) / used
