"""Statements told to PostgreSQL's own library (libpq), several in one message with one answer.

A cursor of the driver takes longer over a statement than the server does.  What happens many times a second is therefore said to libpq as
it is: prepared once on each connection, all of it sent before the first answer is waited for.  The connection, its transaction and the way
of a value in and out stay the driver's.
"""

from __future__ import annotations

import itertools
import select
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.core.lazily import lazily

if TYPE_CHECKING:
    import psycopg
    from psycopg import adapt, pq
    from psycopg.abc import Transformer
    from psycopg.pq.abc import PGconn, PGresult
else:  # an installation on SQLite has no use for them
    psycopg, adapt, pq = lazily("psycopg"), lazily("psycopg.adapt"), lazily("psycopg.pq")

Statement = tuple[str, Sequence[Any]]
"""A text with $1, $2 … and what stands in their places."""
Names = dict[str, bytes]
"""What one connection has prepared: the name of a statement by its text."""

BEGIN: Statement = ("BEGIN", ())
COMMIT: Statement = ("COMMIT", ())

_numbers = itertools.count(1)


def is_between_transactions(driver: psycopg.Connection[Any]) -> bool:
    return driver.pgconn.transaction_status == pq.TransactionStatus.IDLE


def tell(driver: psycopg.Connection[Any], names: Names, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """Carry out *statements* in this order; the rows that each of them gives.

    The first that fails is raised as the driver would raise it, and none after it is carried out.  Where the exchange itself was cut
    short, the connection is closed: what it would answer next is anybody's guess.
    """
    try:
        answers = _exchanged(driver, names, statements)
    except BaseException:
        driver.close()
        raise
    for answer in answers:
        if answer.status == pq.ExecStatus.FATAL_ERROR:
            raise psycopg.errors.error_from_result(answer)
    reader = adapt.Transformer(driver)
    return [_rows(reader, answer) for answer in answers]


def _rows(reader: Transformer, answer: PGresult) -> list[tuple[Any, ...]]:
    reader.set_pgresult(answer)
    return reader.load_rows(0, answer.ntuples, tuple)


def _exchanged(driver: psycopg.Connection[Any], names: Names, statements: Sequence[Statement]) -> list[PGresult]:
    """The answer to each of *statements*, or the failure that ended them; what is new to the connection is prepared on the way."""
    line, writer = driver.pgconn, adapt.Transformer(driver)
    fresh = {text: b"told_%d" % next(_numbers) for text, _ in statements if text not in names}
    known = names | fresh
    line.enter_pipeline_mode()
    for text, name in fresh.items():
        line.send_prepare(name, text.encode())
    for text, values in statements:
        line.send_query_prepared(known[text], writer.dump_sequence(values, [adapt.PyFormat.TEXT] * len(values)))
    line.pipeline_sync()
    _send(line)
    prepared = [_answer(line) for _ in fresh]
    carried_out = [_answer(line) for _ in statements]
    _next(line)  # the end of the message
    line.exit_pipeline_mode()
    if all(each.status == pq.ExecStatus.COMMAND_OK for each in prepared):
        names.update(fresh)
    return [each for each in prepared if each.status == pq.ExecStatus.FATAL_ERROR] or carried_out


def _send(line: PGconn) -> None:
    """Until all of it is on its way; what the server says meanwhile is taken in, lest both wait for the other."""
    while line.flush():
        _wait(line, select.POLLIN | select.POLLOUT)
        line.consume_input()


def _answer(line: PGconn) -> PGresult:
    """What is said to one command."""
    answer = _next(line)
    if answer is None:
        raise psycopg.OperationalError(line.get_error_message())
    _next(line)  # says that there is no more to this one
    return answer


def _next(line: PGconn) -> PGresult | None:
    while line.is_busy():
        _wait(line, select.POLLIN)
        line.consume_input()
    return line.get_result()


def _wait(line: PGconn, what: int) -> None:
    waiting = select.poll()
    waiting.register(line.socket, what)
    waiting.poll()
