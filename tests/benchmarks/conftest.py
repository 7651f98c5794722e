"""Files that state the system in a peer are not looked at where the peer is not installed."""

from __future__ import annotations

import importlib.util

collect_ignore = [f"with_{peer}.py" for peer in ("linopy", "pypsa") if importlib.util.find_spec(peer) is None]
