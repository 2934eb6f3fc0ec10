"""Charts become SVG and PNG on their own: no network, own fonts, shown in notebooks."""

import hashlib
import os
import re
import subprocess
import sys
from itertools import zip_longest

import altair as alt
import pytest
import seen
from invented import figures, journey, points
from test_pictures import ALIKE, pictures

from cjmkit.charts import drawing, emotion_curve, journey_map
from cjmkit.charts.direct import direct_svg
from cjmkit.charts.drawing import png, subset_css, svg
from cjmkit.charts.locale import d3_numbers
from cjmkit.language import speak
from cjmkit.language.fonts import STACK

CHART = """
import sys; sys.path.insert(0, {folder!r})
from invented import figures, journey, points
from cjmkit.charts import journey_map
from cjmkit.charts.drawing import svg
of = journey(["A", "Żółw", "冰箱"], text="words"); table = figures(of, [2.0, 3.0, 4.0])
import hashlib; print(hashlib.sha256(svg(journey_map(of, table, points=points(table, of)), embed_fonts=True).encode()).hexdigest())
"""


def plain(**encoding):
    return alt.Chart(alt.InlineData(values=[{"a": 1234567.5}])).mark_point().encode(**encoding)


def test_a_png_is_a_png_and_the_scale_makes_it_larger():
    of = journey(["A", "B"])
    small, large = (png(emotion_curve(of, figures(of, [2.0, 4.0])), scale=s) for s in (1, 2))
    assert small.startswith(b"\x89PNG")
    assert int.from_bytes(large[16:20], "big") == 2 * int.from_bytes(small[16:20], "big")


def test_axis_numbers_follow_the_language_not_d3():
    chart = plain(x=alt.X("a:Q", axis=alt.Axis(format=",.1f", values=[1234567.5]), scale=alt.Scale(domain=[1e6, 2e6])))
    assert "1\u00a0234\u00a0567,5" in svg(chart, "pl")
    assert "1,234,567.5" in svg(chart, "en")
    assert d3_numbers(speak("pl"))["percent"] == "\u00a0%"


def test_an_address_in_a_chart_is_never_followed():
    outside = alt.Chart("http://127.0.0.1:9/data.json").mark_point().encode(x="a:Q")
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        svg(outside)


def test_embedded_fonts_hold_only_the_letters_used_and_every_face_used():
    of = journey(["A", "冰箱"])
    picture = svg(emotion_curve(of, figures(of, [2.0, 4.0])), embed_fonts=True)
    faces = re.findall(r"font-family:'([^']+)';font-weight:(\d+)", picture)
    latin, chinese = "Source Sans Pro", "Noto Sans CJK SC"
    assert faces == [(latin, "400"), (latin, "600"), (chinese, "400"), (chinese, "700")]
    assert len(picture) < 90_000


def test_a_page_gets_its_letters_once_for_every_weight():
    css = subset_css(["Żółw", "冰箱"])
    assert css.count("@font-face") == 6
    assert "http" not in css
    assert subset_css(["冰箱", "Żółw"]) == css


def test_two_scripts_in_one_line_are_drawn_each_in_its_font():
    of = journey(["Anna 冰箱", "冰箱"])
    chart = emotion_curve(of, figures(of, [2.0, 4.0]))
    assert '<tspan x="' in svg(chart, embed_fonts=True)
    assert '<tspan x="' in svg(chart, apart=True)
    assert '<tspan font-family="Noto Sans CJK SC">冰箱</tspan>' in svg(
        chart, apart=True
    )  # alone: no other font, bold too
    assert "Anna 冰箱" in {s.text for s in seen.texts(svg(chart))}


def test_texts_that_the_engine_need_not_measure_come_out_in_their_own_size_and_font():
    of = journey(["A", "B"], text="Nobody told me")
    chart = journey_map(of, figures(of, [2.0, 4.0]))
    styles = [set(re.findall(r'font-\w+="[^"]*"', svg(c))) for c in (chart, chart.properties(autosize="pad"))]
    assert styles[0] == styles[1]
    assert 'font-size="0px"' not in styles[0]


def test_ids_of_two_pictures_on_one_page_do_not_meet():
    def ids(value):
        chart = alt.Chart(alt.InlineData(values=[{"a": value}])).mark_point(clip=True).encode(x="a:Q")
        return set(re.findall(r'id="([^"]+)"', svg(chart)))

    assert ids(1)
    assert not ids(1) & ids(2)


def test_notebooks_show_charts_as_this_svg_without_any_script():
    shown = plain(x="a:Q")._repr_mimebundle_()
    assert list(shown) == ["image/svg+xml"]
    assert "<script" not in shown["image/svg+xml"]


def test_another_process_with_another_hash_seed_and_time_zone_draws_the_same_bytes():
    code = CHART.format(folder=os.path.dirname(__file__))
    elsewhere = {**os.environ, "PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "C"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=elsewhere)
    of = journey(["A", "Żółw", "冰箱"], text="words")
    table = figures(of, [2.0, 3.0, 4.0])
    here = svg(journey_map(of, table, points=points(table, of)), embed_fonts=True)
    assert other.stdout.strip() == hashlib.sha256(here.encode()).hexdigest()


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-\d+)?")


def apart(picture, other):
    """The first places where two SVGs differ in more than a hundredth of a pixel."""
    pieces = [
        re.sub("<(title|desc)>.*?</\\1>|c[0-9a-f]{8}-", "", one, flags=re.S).split("><") for one in (picture, other)
    ]
    pairs = [pair for pair in zip_longest(*pieces, fillvalue="") if NUMBER.sub("", pair[0]) != NUMBER.sub("", pair[1])]
    far = [
        pair
        for pair in zip(*pieces, strict=False)
        if any(abs(float(a) - float(b)) > 0.01 for a, b in zip(*map(NUMBER.findall, pair), strict=False))
    ]
    return (pairs + far)[:2]


@pytest.fixture(scope="module")
def by_engine():
    """Every picture of the kit, its SVG drawn without the engine and with it."""
    with pytest.MonkeyPatch.context() as patch:
        charts = pictures(leave=ALIKE) | {"in the room": pictures(size="room")["emotion_curve"]}
        patch.setattr(drawing, "_by_engine", None)
        ours = {name: svg(chart) for name, chart in charts.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "direct_svg", lambda spec, font: None)
        return {name: (ours[name], svg(chart)) for name, chart in charts.items()}


def test_no_picture_of_the_kit_needs_the_engine_and_each_is_as_the_engine_draws_it(by_engine):
    for name, (ours, engines) in by_engine.items():
        assert apart(ours, engines) == [], name


def test_control_a_mark_half_a_pixel_aside_and_a_missing_one_are_seen(by_engine):
    ours, engines = by_engine["emotion_curve"]
    aside = re.sub(r"(translate\(\d+\.)", r"\g<1>5", ours, count=1)
    assert aside != ours
    assert apart(aside, engines)
    assert apart(re.sub("<line [^>]*>", "", ours, count=1), engines)


def test_a_chart_of_ones_own_is_left_to_the_engine():
    of = journey(["A", "B"])
    ours = emotion_curve(of, figures(of, [2.0, 4.0]))
    spec = ours.to_dict(validate=False)
    assert direct_svg(spec, STACK)
    axis = {"field": "a", "type": "quantitative"}
    for own in (
        {**spec, "width": "container"},
        {**spec, "transform": []},
        {**spec, "layer": [*spec["layer"], {"mark": {"type": "arc"}, "data": {"values": []}}]},
        {**spec, "layer": [*spec["layer"], {"mark": {"type": "rule"}, "data": {"values": [{"a": 1}]}, "encoding": {"x": axis}}]},
        {**spec, "layer": [*spec["layer"], {**spec["layer"][-1], "transform": [{"filter": "false"}]}]},
    ):  # fmt: skip
        assert direct_svg(own, STACK) is None


def test_a_picture_becomes_altairs_own_chart_where_one_asks_for_it():
    of = journey(["A", "B"])
    picture = emotion_curve(of, figures(of, [2.0, 4.0]))
    wider = picture.properties(height=700)
    assert isinstance(wider, alt.LayerChart)
    assert 'height="700"' not in svg(picture)
    assert svg(picture.altair) == svg(picture)
    assert svg(wider) != svg(picture)
    assert picture._repr_mimebundle_() == {"image/svg+xml": svg(picture, embed_fonts=True)}
