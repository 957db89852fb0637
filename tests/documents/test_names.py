"""Names in any script, as names of files and topics."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.spelling import file_name, slug_like


@pytest.mark.parametrize(
    ("name", "file", "slug"),
    [
        ("Ольга", "ольга", "olga"),
        ("Сергей Щербаков", "сергей-щербаков", "sergey-shcherbakov"),
        ("Їжак", "їжак", "yizhak"),
        ("Ελένη", "ελένη", "eleni"),
        ("김민수", "김민수", "gimminsu"),
        ("さくら ケンタ", "さくら-ケンタ", "sakura-kenta"),
        ("山田", "山田", ""),
        ("山田 Taro", "山田-taro", "taro"),
        ("مريم", "مريم", ""),
        ("हिन्दी", "हिन्दी", ""),
        ("Łukasz Żak", "lukasz-zak", "lukasz-zak"),
        ("Søren Weiß", "soren-weiss", "soren-weiss"),
        ("Zoë O'Brien", "zoe-o-brien", "zoe-o-brien"),
        ("\uff16\uff10 \ufb01ne", "60-fine", "60-fine"),
        ("../../etc", "etc", "etc"),
        ("\U0001f45f\ufe0f\u202e!", "", ""),
    ],
)
def test_a_name_in_any_script_is_readable(name, file, slug):
    """A file keeps its letters; a slug has those whose sound is known, in a-z."""
    assert (file_name(name, 64), slug_like(name, 32)) == (file, slug)


def test_a_long_name_is_a_file_on_every_disk():
    """Letters outside the Latin script take up to four bytes; a letter is not cut in two."""
    name = file_name("山" * 64, 64)
    assert name == "山" * 40
    assert len(file_name("\U00010330" * 64, 64).encode()) <= 120


@given(st.text(), st.integers(1, 64))
def test_a_name_of_a_file_stays_as_it_is(text, most):
    """It has no sign but the hyphen, and names the same file if it is typed again, in either form of Unicode."""
    name = file_name(text, most)
    assert file_name(name, most) == name == file_name(unicodedata.normalize("NFD", name), most)
    assert len(name) <= most
    assert all(letter == "-" or unicodedata.category(letter)[0] in "LMN" for letter in name)


@given(st.text())
def test_a_slug_is_plain(text):
    """It has no other letters, whatever it is made from."""
    assert re.fullmatch(r"([a-z0-9][a-z0-9-]{0,31})?", slug_like(text, 32))
