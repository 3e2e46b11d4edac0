"""Messages over pipes: what was sent arrives whole, and half of one is none."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from ssemon.pipes import receive, send


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_messages_arrive_whole_and_in_their_order(messages):
    stream = io.BytesIO()
    for message in messages:
        send(stream, message)
    stream.seek(0)
    assert [receive(stream) for _ in messages] == messages
    assert receive(stream) is None


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_message_that_was_cut_off_is_none(message, data):
    stream = io.BytesIO()
    send(stream, message)
    whole = stream.getvalue()
    assert receive(io.BytesIO(whole[: data.draw(st.integers(0, len(whole) - 1))])) is None


def test_a_stream_that_is_closed_has_no_message():
    stream = io.BytesIO(b"\0" * 8)
    stream.close()
    assert receive(stream) is None
