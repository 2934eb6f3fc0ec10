"""Texts are measured as the fonts draw them, and break where a reader would break them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjmkit.language.fonts import FILES, faces, font_file, letters, missing_glyphs, runs, text_width, wrap

LETTERS = "ab żółćŻ 冰箱，。 холодильник -–/ \u00a0é e\u0301 “”()1,9"


def test_every_font_of_the_list_is_installed():
    assert all(font_file(*face).is_file() for face in FILES)


def test_a_width_is_that_of_the_advance_widths():
    assert text_width("nn", 10) == pytest.approx(2 * text_width("n", 10))
    assert text_width("冰箱", 12) == 24
    assert text_width("Weakest", 12, bold=True) > text_width("Weakest", 12)


@given(st.text(LETTERS, max_size=80), st.floats(5, 300), st.sampled_from([9.0, 12.5, 24.0]), st.booleans())
def test_wrapping_loses_no_letter_and_keeps_every_line_within_the_width(text, width, size, bold):
    lines = wrap(text, width, size, bold=bold)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line.strip() for line in lines)
    for line in lines:
        assert text_width(line, size, bold) <= width or len(list(letters(line.strip()))) == 1


@given(st.text(LETTERS, max_size=80), st.floats(20, 300), st.integers(1, 4))
def test_a_limit_of_lines_is_kept_and_an_ellipsis_says_that_more_was_there(text, width, limit):
    whole, cut = wrap(text, width, 12), wrap(text, width, 12, lines=limit)
    assert len(cut) <= limit
    assert (cut == whole) if len(whole) <= limit else cut[-1].endswith("…")
    assert all(text_width(line, 12) <= width for line in cut)


def test_an_ellipsis_never_splits_a_letter_from_its_accent():
    for width in range(20, 80):
        for line in wrap("e\u0301" * 12 + " " + "e\u0301" * 12, width, 12, lines=1):
            assert "e…" not in line


def test_polish_one_letter_words_go_with_the_next_word():
    assert wrap("models seen w sklepie", text_width("models seen w", 12) + 1, 12) == ("models seen", "w sklepie")


def test_chinese_breaks_anywhere_but_not_before_a_closing_mark():
    assert all(
        line[0] not in "，。？" for width in range(24, 90, 6) for line in wrap("冰箱太吵，怎么办？看看。", width, 12)
    )


def test_no_line_ends_with_an_opening_bracket():
    assert all(
        line[-1] not in "（“" for width in range(48, 90, 6) for line in wrap("可能落在哪里（范围）；“好”", width, 12)
    )


def test_long_words_break_only_where_a_line_cannot_hold_them():
    assert wrap("a konstantynopolitańczyk", 400, 12) == ("a konstantynopolitańczyk",)
    assert len(wrap("konstantynopolitańczyk", 50, 12)) > 1


def test_its_own_line_breaks_stay():
    assert wrap("one\ntwo", 500, 12) == ("one", "two")


def test_a_sign_that_no_font_has_is_named():
    assert missing_glyphs("Żółw 冰箱 холодильник “” → ≥ −") == set()
    assert missing_glyphs("a😀") == {"😀"}


def test_each_sign_goes_to_the_font_that_has_it():
    assert {family for family, _ in runs("Anna 冰箱 Ж")} == {"Source Sans Pro", "Noto Sans CJK SC"}
    assert faces("a冰")[("Noto Sans CJK SC", 400, "normal")] == {"冰"}


def test_chinese_has_the_shapes_and_the_commas_of_the_mainland():
    from fontTools.ttLib import TTFont

    ours, package = TTFont(font_file("Noto Sans CJK SC")), TTFont(_package("cvttf_NotoSansCJK_Regular"))
    assert ours["name"].getBestFamilyName() == "Noto Sans CJK SC"
    for sign in "，。骨":
        assert ours.getBestCmap()[ord(sign)] != package.getBestCmap()[ord(sign)]
    assert ours.getBestCmap()[ord("门")] == package.getBestCmap()[ord("门")]


def _package(name: str) -> str:
    from importlib.util import find_spec

    return f"{find_spec(name).submodule_search_locations[0]}/NotoSansCJKtc-Regular.otf"
