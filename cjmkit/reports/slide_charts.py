"""Native charts of a deck, which the client edits in PowerPoint; their workbooks hold what is drawn and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pandas as pd
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from cjmkit.charts.theme import FAINT, GRID, PAIN, SUCCESS, each
from cjmkit.language.fonts import ELLIPSIS, letters, text_width
from cjmkit.method.findings import highest, lowest
from cjmkit.reports.report import Report
from cjmkit.reports.slide_master import Box
from cjmkit.reports.slide_text import broader, clean, paint, speak_as

TINY, SMALL, SAID = 8.0, 11.0, 14.0
MARKERS = {"pain": XL_MARKER_STYLE.SQUARE, "success": XL_MARKER_STYLE.TRIANGLE, "": XL_MARKER_STYLE.CIRCLE}
COLOURS = {"pain": PAIN, "success": SUCCESS, "": MSO_THEME_COLOR.TEXT_1}
MANY = 40  # touchpoints, from which their numbers below a chart are smaller


class _Typed(CategoryWorkbookWriter):
    """A chart's workbook in which a text stays a text: "=1+1" is no formula, an address no link."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        from xlsxwriter import Workbook

        plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        workbook = Workbook(xlsx_file, plain)
        workbook.set_properties({"created": datetime(1980, 1, 1)})
        yield workbook, workbook.add_worksheet()
        workbook.close()


class ChartTable(CategoryChartData):
    """What a chart shows: categories, and series of numbers."""

    @property
    def _workbook_writer(self) -> Any:
        return _Typed(self)


def curve(shapes: Any, box: Box, report: Report) -> Any:
    """The emotion curve: the mean, its interval, pain and success by shape, the lowest and highest with their values.

    The touchpoints stand below it by their numbers on the path, grouped by stage.
    """
    say, figures = report.say, report.figures
    data = ChartTable(number_format="0.0")
    stage = None
    for n, row in enumerate(each(figures), 1):
        if row.stage != stage:
            stage = row.stage
            head = data.add_category(clean(report.journey.stage(stage).name or stage))
        head.add_sub_category(str(n))
    for name, column in (
        (say("Mean"), "value"),
        (say("95% interval, low"), "low"),
        (say("95% interval, high"), "high"),
    ):
        data.add_series(name, [None if value != value else round(value, 4) for value in figures[column].to_list()])
    frame = shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *box.emu, data)
    chart = _plain(frame.chart, report)
    mean, *ends = chart.plots[0].series
    mean.smooth = False
    mean.format.line.width = Pt(2.25)
    mean.format.line.color.theme_color = MSO_THEME_COLOR.TEXT_1
    for series in ends:
        series.smooth = False
        series.format.line.fill.background()
        series.marker.style, series.marker.size = XL_MARKER_STYLE.DASH, 7
        paint(series.marker.format.fill, FAINT)
        series.marker.format.line.fill.background()
    _points(mean, figures)
    lines = chart._chartSpace.find(".//" + qn("c:lineChart"))
    lines.find(qn("c:marker")).addprevious(_bars(lines))
    chart.category_axis.tick_labels.font.size = Pt(SMALL if len(figures) <= MANY else TINY)
    chart.category_axis._element.find(qn("c:txPr")).find(qn("a:bodyPr")).attrib.update({"rot": "0", "vert": "horz"})
    return frame


def extremes(shapes: Any, box: Box, report: Report) -> Any:
    """The lowest and the highest touchpoints as bars with their values."""
    shown = pd.concat([lowest(report.figures), highest(report.figures)])
    shown = shown[~shown.index.duplicated()].sort_values("value", kind="stable")
    data = ChartTable(number_format="0.0")
    data.categories = [_short(str(name), box.width * 0.4) for name in shown["name"]]
    data.add_series(report.say("Mean"), [round(value, 4) for value in shown.value])
    frame = shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box.emu, data)
    chart = _plain(frame.chart, report)
    plot = chart.plots[0]
    plot.gap_width, plot.has_data_labels = 45, True
    plot.data_labels.font.size = Pt(SAID)
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    chart.category_axis.tick_labels.font.size = Pt(SAID)
    chart.category_axis.reverse_order = True
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    for n, finding in enumerate(shown.finding):
        paint(plot.series[0].points[n].format.fill, COLOURS[finding])
    return frame


def _plain(chart: Any, report: Report) -> Any:
    """The chart on a ground of its own, quiet, on the scale of the scores, in the report's language."""
    scale = report.journey.scale
    chart.has_legend = chart.has_title = False
    chart.font.size = Pt(SMALL)
    chart.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    speak_as(
        chart._chartSpace.find(qn("c:txPr")).find(".//" + qn("a:defRPr")), " ".join(_texts(report)), report.language
    )
    _ground(chart._chartSpace)
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale = float(scale.low), float(scale.high)
    axis.major_unit = 1 if scale.span <= 10 else scale.span / 5
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "General", False
    axis.format.line.fill.background()
    paint(axis.major_gridlines.format.line.fill, GRID)
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    paint(chart.category_axis.format.line.fill, FAINT)
    return chart


def _ground(element: Any) -> None:
    """Set a chart or a label on the ground that goes with the colour of its text."""
    ground = element.makeelement(qn("c:spPr"), {})
    fill = ground.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:schemeClr"), {"val": "bg1"}))
    ground.append(fill)
    element.find(qn("c:txPr")).addprevious(ground)


def _texts(report: Report) -> Sequence[str]:
    return [str(name) for name in report.figures["name"]]


def _points(series: Any, figures: pd.DataFrame) -> None:
    """Marks by finding; values at the lowest and the highest."""
    ends = {*lowest(figures).index, *highest(figures).index}
    for n, row in enumerate(each(figures)):
        if row.n == 0:
            continue
        point = series.points[n]
        point.marker.style, point.marker.size = MARKERS[row.finding], 10
        paint(point.marker.format.fill, COLOURS[row.finding])
        point.marker.format.line.fill.background()
        if row.Index in ends:
            label = point.data_label
            label.font.size, label.font.bold = Pt(SAID), True
            label.position = XL_LABEL_POSITION.RIGHT
            _ground(label._dLbl)


def _bars(lines: Any) -> Any:
    """Lines from the low to the high end of each interval."""
    bars = lines.makeelement(qn("c:hiLowLines"), {})
    shape = bars.makeelement(qn("c:spPr"), {})
    line = shape.makeelement(qn("a:ln"), {"w": "38100"})
    fill = line.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:srgbClr"), {"val": "C6C6C1"}))
    line.append(fill)
    shape.append(line)
    bars.append(shape)
    return bars


def _short(text: str, width: float) -> str:
    """A name that stands in one line; the whole is in the notes."""
    text = clean(" ".join(text.split()))
    if text_width(text, SMALL * broader(text)) <= width:
        return text
    kept = list(letters(text))
    while kept and text_width("".join(kept) + ELLIPSIS, SMALL * broader(text)) > width:
        kept.pop()
    return "".join(kept).rstrip() + ELLIPSIS
