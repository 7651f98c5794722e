"""Turns the rules of a Pyomo model into one sparse linear program: each rule is read once, numpy expands it."""

from pzh_energy.modeling.compiler.compiler import Compiler
from pzh_energy.modeling.compiler.components import NumpyComponents, PyomoComponents
from pzh_energy.modeling.compiler.expansion import expand
from pzh_energy.modeling.compiler.program import LinearProgram, Slice

__all__ = ["Compiler", "LinearProgram", "NumpyComponents", "PyomoComponents", "Slice", "expand"]
