"""What a refused import tells to do works when it is done, and a draft says what of every column."""

import tomllib

import pytest

from cjmkit.workshop import open_workshop


@pytest.fixture
def fridge(workshops):
    return open_workshop("fridge")


ADVICE = {  # what a refusal says, and what is then done, word for word
    "Import it as customers": lambda words, out: [*words[:2], "customers", *words[3:]],
    "Import it as a survey": lambda words, out: [*words[:2], "survey", *words[3:]],
    "Say --preset": lambda words, out: [*words, "--preset", out.partition("Say --preset ")[2].split(",")[0]],
    "say --columns columns.toml": lambda words, out: [*words, "--columns", "columns.toml"],
    "--create-touchpoints STAGE": lambda words, out: [*words, "--create-touchpoints", "search"],
}
FOR_GOOD = {"qualtrics__distribution", "qualtrics__question", "qualtrics__question_option", "qualtrics__survey",
            "qualtrics__survey_response", "zendesk__audit_log_data", "zendesk__organization_data"}  # fmt: skip


def followed(cjmkit, words, folder, monkeypatch):
    """Do what each refusal says until the file is in, or nothing is said any more; the last answer."""
    monkeypatch.chdir(folder)
    for _ in range(6):
        code, out, err = cjmkit(*words)
        said = " ".join(err.split())
        if code == 0:
            return code, said
        do = next((do for advice, do in ADVICE.items() if advice in said), None)
        if do is None:
            return code, said
        if "Keep the lines above" in said or "keep the lines above" in said:
            (folder / "columns.toml").write_text(out, "utf-8")
        new = do(words, said)
        assert new != words, said  # the advice was followed, and leads nowhere
        words = new
    raise AssertionError(said)


def test_whoever_does_what_a_refusal_says_gets_the_file_in(cjmkit, workshops, fridge, tmp_path, real_data, monkeypatch):
    stage = fridge.journey.stages[0].id
    monkeypatch.setitem(
        ADVICE, "--create-touchpoints STAGE", lambda words, out: [*words, "--create-touchpoints", stage]
    )
    refused = {}
    for file in sorted((real_data / "fivetran_export_shapes").glob("*.csv")):
        code, said = followed(cjmkit, ["import", "fridge", "events", str(file), "--preview"], tmp_path, monkeypatch)
        if code:
            refused[file.stem] = said
    assert set(refused) == FOR_GOOD
    for name, said in refused.items():
        assert "holds no customers' steps" in said or "Import the table of their answers" in said, (name, said)


def test_advice_that_leads_nowhere_would_be_seen(cjmkit, workshops, fridge, tmp_path, real_data, monkeypatch):
    file = real_data / "fivetran_export_shapes" / "zendesk__user_data.csv"
    monkeypatch.setitem(ADVICE, "Import it as customers", lambda words, out: words)
    with pytest.raises(AssertionError, match="Import it as customers"):
        followed(cjmkit, ["import", "fridge", "events", str(file), "--preview"], tmp_path, monkeypatch)


def test_a_draft_names_every_column_and_why_one_is_left_out(cjmkit, workshops, fridge, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("ID,First name,language,plan,note,nothing\n" + "".join(f"{n},Ola{n},pl,{'gold' if n % 2 else 'base'},n{n}x,\n" for n in range(30)), "utf-8")  # fmt: skip
    _, out, _ = cjmkit("import", "fridge", "customers", str(people))
    draft = tomllib.loads(out)
    assert {name: column["role"] for name, column in draft.items()} == {
        "ID": "customer", "First name": "ignore", "plan": "segment"
    }  # fmt: skip
    assert "# nothing: not suggested: it is empty" in out
    for heading in people.read_text("utf-8").splitlines()[0].split(","):
        assert heading in out
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n,\n", "utf-8")
    assert "Keep the lines" not in cjmkit("import", "fridge", "customers", str(odd))[2]
