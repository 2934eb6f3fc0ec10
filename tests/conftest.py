import os
from pathlib import Path

import pytest

from cjmkit.journey import Journey

os.environ.setdefault("CJMKIT_LANGUAGE", "en")
ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"


@pytest.fixture
def real_data() -> Path:
    if not DATA.is_dir():
        pytest.skip("the folder of real data, ../shared/data, is not here")
    return DATA


def small_journey(**parts) -> Journey:
    """Three touchpoints a, b, c in two stages, one persona, scale 1–5; small enough to check by hand."""
    data = {
        "client": "Test",
        "title": "A small journey",
        "personas": [{"id": "anna", "name": "Anna"}],
        "stages": [{"id": "before", "name": "Before"}, {"id": "use", "name": "Use", "phase": "after"}],
        "touchpoints": [
            {"id": "a", "stage": "before", "name": "A", "owner": "Sales", "channel": "shop"},
            {"id": "b", "stage": "before", "name": "B", "owner": "Sales", "channel": "www"},
            {"id": "c", "stage": "use", "name": "C", "owner": "Service", "channel": "shop"},
        ],
        "paths": [{"id": "main", "name": "Main", "persona": "anna", "touchpoints": ["a", "b", "c"]}],
        "rounds": [{"id": 1, "asks": ["score", "importance", "moment_of_truth"]}],
    }
    return Journey.from_data({**data, **parts})
