"""Every verb that the program can write has words, and every one can be filtered in 操作日志."""

from typing import get_args

from anguan.core.lifecycle import Verb
from anguan.infra.event_verbs import EventVerb
from anguan.panel.common.event_words import EVENT_WORDS, OTHER, title_of_verb
from anguan.panel.event_log import EventView

WRITTEN = {*get_args(EventVerb), *(str(verb) for verb in Verb)}


def test_each_verb_has_its_own_words() -> None:
    """mypy lets `record_event` write no verb but these."""
    assert {str(verb) for verb in EVENT_WORDS} == WRITTEN
    assert len(set(EVENT_WORDS.values())) == len(EVENT_WORDS)
    assert all(not word.isascii() for word in EVENT_WORDS.values())


def test_each_verb_can_be_filtered() -> None:
    (verbs,) = (one for one in EventView.column_filters if one.code == "verb")
    assert {str(code) for code, _ in verbs.listed} == WRITTEN


def test_a_verb_of_an_earlier_release_is_not_shown_raw() -> None:
    assert title_of_verb("put_aside") == OTHER
    assert title_of_verb("snooze") == "暂缓"
