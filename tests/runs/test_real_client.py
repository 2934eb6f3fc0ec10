"""A real client from the command line: an airport's passenger survey and one file that says what its columns are."""

import json
import re
from pathlib import Path

import pytest

COLUMNS = Path(__file__).parents[1] / "exchange" / "sfo-columns.toml"


@pytest.fixture
def survey(real_data) -> Path:
    return next((real_data / "sfo2017").glob("*.csv"))


def test_an_airport_becomes_a_client_by_commands_and_one_columns_file(cjmkit, kept_warm, workshops, survey):
    assert cjmkit("new", "airport")[0] == 0
    code, out, err = cjmkit(
        "import", "airport", "survey", survey, "--columns", COLUMNS, "--create-touchpoints", "retention"
    )
    assert (code, "NPS +39.84." in out) == (0, True), err
    assert cjmkit("run", "airport", "--language", "en", "--only", "html")[0] == 0
    page = (workshops / "airport/out/report.en.html").read_text("utf-8")
    text = re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", page, flags=re.S))
    )
    assert "NPS +39.84: 1,436 promoters, 968 passives and 342 detractors of 2,746 answers." in text
    assert "95% interval: +37.2 to +42.5." in text
    assert "NPS +40.4" in text  # weighted by the survey's weights
    rows = {name: (n, mean) for name, n, mean in rated(page)}
    assert len(rows) == 14
    assert "Overall: SFO Airport as a whole 4.06 of 5 (n = 2,688)" in text
    for name, mean in {
        "SFO Airport as a whole": "4.0644",
        "Restaurants": "3.6154",
        "Escalators/Elevators/Moving walkways": "4.1468",
    }.items():
        assert re.search(rf"{name} [0-9,]+ {mean}", text), name
    means = {name: float(mean.split()[0]) for name, (_, mean) in rows.items()}
    assert [sorted(means.values())[i] for i in (0, 1, -1)] == [3.62, 3.64, 4.15]
    assert sorted(means, key=lambda name: means[name])[0] == "Restaurants"
    assert next((workshops / "airport/evidence").glob("*.csv")).read_bytes() == survey.read_bytes()


def rated(page: str):
    table = page[page.index("How customers rate the touchpoints") :]
    table = table[: table.index("</table>")]
    for row in re.findall(r"<tr>(<td.*?)</tr>", table, re.S):
        cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]
        yield cells[0], cells[1], cells[2]


def test_pain_is_found_by_standing_where_all_ratings_are_high(cjmkit, workshops, survey):
    from cjmkit.runs.opening import open_report

    cjmkit("new", "airport")
    cjmkit("import", "airport", "survey", survey, "--columns", COLUMNS, "--create-touchpoints", "retention")
    figures = open_report("airport", workshops=workshops).figures
    assert len(figures) == 14
    assert (figures.of == "customers").all()
    assert set(figures[figures.finding == "pain"].name) == {"Restaurants", "Retail shops and concessions"}


@pytest.mark.parametrize(("column", "code"), [("NETPRO", "11"), ("Q7ALL", "Blank")])
def test_a_code_for_blank_that_is_not_declared_is_an_error_and_not_a_figure(
    cjmkit,
    workshops,
    survey,
    tmp_path,
    column,
    code,
):
    text = COLUMNS.read_text("utf-8")
    part = re.search(rf"\[{column}\].*?(?=\n\[|\Z)", text, re.S)[0]
    (tmp_path / "columns.toml").write_text(text.replace(part, re.sub(r"blank = .*", "", part)), "utf-8")
    cjmkit("new", "airport")
    before = json.loads((workshops / "airport/journey.json").read_text("utf-8"))
    found, _, err = cjmkit(
        "import",
        "airport",
        "survey",
        survey,
        "--columns",
        tmp_path / "columns.toml",
        "--create-touchpoints",
        "retention",
    )
    assert found == 1
    assert column in err
    assert code in err
    assert json.loads((workshops / "airport/journey.json").read_text("utf-8")) == before
