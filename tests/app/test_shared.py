"""Answers that are the same for everybody: how old one may be, what changes it, and what it knows of whoever asks."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from app.web.door import SIGNED_IN, Pages
from app.web.shared import ASKED_AGAIN, OLDEST, Shared, SharedAnswers

COOKIE = "session"


class House:
    """A tiny application behind the shared answers, with hands on the clock and on what is published."""

    def __init__(self, *, strangers: bool = False) -> None:
        self.seconds, self.version, self.content, self.status = 0.0, 1, "first", "200 OK"
        self.made: list[dict[str, Any]] = []
        self.sets_cookie = False
        routes = [("/board/<int:id>.<format>", Shared(lambda _connection, id, format: (id, format, self.version), strangers))]
        self.door = SharedAnswers(self._application, sa.create_engine("sqlite://"), routes, cookie=COOKIE, now=lambda: self.seconds)

    def _application(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.made.append(dict(environ))
        cookie = [("Set-Cookie", "session=x")] if self.sets_cookie else []
        start_response(self.status, [("Content-Type", "text/plain"), ("Vary", "Cookie"), *cookie])
        return [f"{self.content} {environ.get('HTTP_COOKIE', '')}".encode()]

    def publish(self, content: str) -> None:
        self.version, self.content = self.version + 1, content

    def get(self, path: str = "/board/7.json", query: str = "", method: str = "GET", **headers: str) -> tuple[str, dict[str, str], bytes]:
        said: list[Any] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, **headers}
        body = b"".join(self.door(environ, lambda status, headers: said.extend((status, dict(headers)))))
        return said[0], said[1], body


def test_an_answer_is_made_once_for_a_version_however_many_ask():
    house = House()
    answers = {house.get(HTTP_COOKIE=f"session=person{n}")[2] for n in range(5)}
    assert answers == {b"first "}
    assert len(house.made) == 1


def test_what_is_published_shows_within_a_quarter_of_a_second_and_never_later():
    house = House()
    house.get()
    house.seconds = 100.0
    house.get()
    house.publish("second")
    house.seconds = 100.0 + ASKED_AGAIN - 0.01
    assert house.get()[2] == b"first "
    house.seconds = 100.0 + ASKED_AGAIN
    assert house.get()[2] == b"second "


def test_an_answer_nobody_asked_for_in_an_hour_is_not_given_unasked():
    house = House()
    house.get()
    house.publish("second")
    house.seconds = 3600.0
    assert house.get()[2] == b"second "


def test_while_one_asks_the_others_are_answered_until_what_they_would_get_is_too_old():
    house = House()
    house.get()
    asking, go_on = Event(), Event()
    slot = next(iter(house.door._slots.values()))

    def slow(_connection: Any, **_arguments: Any) -> int:
        asking.set()
        assert go_on.wait(10)
        return 2

    object.__setattr__(slot.shared, "version", slow)
    house.content, house.seconds = "second", ASKED_AGAIN
    first = Thread(target=house.get)
    first.start()
    assert asking.wait(10)
    assert house.get()[2] == b"first "  # young enough, and nobody waits
    house.seconds = OLDEST
    late: list[bytes] = []
    second = Thread(target=lambda: late.append(house.get()[2]))
    second.start()
    second.join(0.05)
    assert late == []  # too old to be given: it waits for whoever is asking
    go_on.set()
    first.join()
    second.join()
    assert late == [b"second "]


def test_whoever_has_seen_it_is_told_that_nothing_changed_until_something_does():
    house = House()
    etag = house.get()[1]["ETag"]
    status, headers, body = house.get(HTTP_IF_NONE_MATCH=f"W/{etag}")
    assert (status[:3], body, headers["ETag"]) == ("304", b"", etag)
    house.publish("second")
    house.seconds = 1.0
    assert house.get(HTTP_IF_NONE_MATCH=etag)[0] == "200 OK"


def test_the_same_content_has_the_same_etag_under_another_version():
    house = House()
    etag = house.get()[1]["ETag"]
    house.publish(house.content)
    house.seconds = 1.0
    assert house.get()[1]["ETag"] == etag


def test_nothing_personal_goes_in_and_no_cookie_comes_out():
    house = House()
    house.sets_cookie = True
    _status, headers, body = house.get(HTTP_COOKIE="session=secret", HTTP_AUTHORIZATION="x", HTTP_REFERER="/me")
    assert body == b"first "
    assert not {"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_REFERER"} & house.made[0].keys()
    assert not {"Set-Cookie", "Vary"} & headers.keys()


def test_strangers_share_and_whoever_has_a_session_gets_their_own():
    house = House(strangers=True)
    assert house.get()[2] == house.get(HTTP_COOKIE="theme=dark")[2] == b"first "
    assert house.get(HTTP_COOKIE="session=me")[2] == b"first session=me"
    assert len(house.made) == 2
    assert house.get()[1]["Vary"] == "Cookie"


def test_what_a_stranger_is_given_a_cookie_with_is_not_kept():
    house = House(strangers=True)
    house.sets_cookie = True
    house.get()
    assert "Set-Cookie" in house.get()[1]
    assert len(house.made) == 2


def test_what_is_withdrawn_is_gone_and_what_was_never_there_is_not_kept():
    house = House()
    house.get()
    house.publish("")
    house.status, house.seconds = "404 NOT FOUND", 1.0
    assert house.get()[0] == "404 NOT FOUND"
    house.status = "200 OK"
    assert house.get()[0] == "200 OK"


def test_addresses_that_only_differ_in_an_odd_question_take_no_room():
    house = House()
    for number in range(20):
        house.get(query=f"x={number}")
    house.get(query="lang=en")
    assert list(house.door._slots) == [("/board/7.json", "lang=en")]


def test_other_addresses_and_other_methods_go_to_the_application_untouched():
    house = House()
    house.get("/board/seven.json", HTTP_COOKIE="session=me")
    house.get(method="POST", HTTP_COOKIE="session=me")
    assert [made["HTTP_COOKIE"] for made in house.made] == ["session=me", "session=me"]


def test_a_head_has_the_headers_and_no_body():
    house = House()
    status, headers, body = house.get(method="HEAD")
    assert (status, body) == ("200 OK", b"")
    assert "ETag" in headers


def test_what_is_not_public_cannot_be_shared():
    with pytest.raises(ValueError, match="only what is public"):
        Pages("x", __name__).get("/x", access=SIGNED_IN, shared=Shared(lambda _connection: 1))
