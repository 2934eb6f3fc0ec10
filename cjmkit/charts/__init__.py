"""One function a picture: tables in, an Altair chart out; shown in notebooks as SVG, without any network."""

from cjmkit.charts.drawing import enable_renderer
from cjmkit.charts.emotion_curve import emotion_curve
from cjmkit.charts.impact_effort import impact_effort
from cjmkit.charts.journey_map import journey_map
from cjmkit.charts.nps import nps_chart
from cjmkit.charts.ranking import touchpoint_ranking

__all__ = ["emotion_curve", "impact_effort", "journey_map", "nps_chart", "touchpoint_ranking"]
enable_renderer()
