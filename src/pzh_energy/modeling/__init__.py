"""Component contract, ledgers, declarations, compile and results: knows no technology."""

from __future__ import annotations

from contextlib import suppress

from pyomo.common import dependencies

# With any part of scipy Pyomo would import scipy.stats, half a second for nothing; what it needs it still imports. This
# has to come before scipy itself is imported.
with suppress(AttributeError, KeyError):
    del dependencies.DeferredImportCallbackFinder._callbacks["scipy"]
