"""What all tests share."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Whole pages take long to draw now and then, and the suite does not time anything.
settings.register_profile("boilerkit", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("boilerkit")
