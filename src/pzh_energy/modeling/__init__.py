"""Component contract, ledgers, declarations, compile and results: knows no technology."""

from __future__ import annotations

from contextlib import suppress

from pyomo.common import dependencies

# With any part of scipy Pyomo would import scipy.stats, half a second for nothing, and with any of matplotlib pyplot;
# what it needs it still imports. This has to come before they are imported.
for package in ("scipy", "matplotlib"):
    with suppress(AttributeError, KeyError):
        del dependencies.DeferredImportCallbackFinder._callbacks[package]
