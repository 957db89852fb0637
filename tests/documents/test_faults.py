"""Words for what pydantic finds, also for what it finds seldom."""

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from coach.documents import did_you_mean, faults_of


def worded(kind, value):
    """The reason of the first finding."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        return faults_of(error, value)[0].reason
    return ""


def test_a_finding_without_words_of_its_own_keeps_pydantics():
    """A rare finding is still said, braces and all."""
    assert worded(Annotated[int, Field(multiple_of=2)], 3) == (
        "3 cannot be used here: Input should be a multiple of 2"
    )
    assert "{x}" in worded(complex, "{x}")


def test_values_are_shown_short():
    """A long text is cut, and what is no text is named."""
    cut = "x" * 37
    assert worded(int, "x" * 100).startswith(
        f'"{cut}..." cannot be used here: Input should be a valid integer'
    )
    assert worded(str, [1]) == "a list is not a text in quotation marks"
    assert worded(str, True) == "true is not a text in quotation marks"


def test_a_near_miss_is_named_and_a_far_one_gets_the_list():
    """One likely word is offered, else all that are known."""
    assert did_you_mean("untill", ["until", "name"]) == 'Did you mean "until"?'
    assert did_you_mean("zzz", ["until", "name"]) == "Known here: name, until."
