"""What has happened in the county so far: told through the same commands the pages use, each at its own moment.

Three competitions (one decided, one being marked, one taking entries), one enterprise's recognitions, and claims in
every state.  `BEGINS` is the day on which the visitor arrives.
"""

from __future__ import annotations

from datetime import date

from app.core import clock
from app.demo import appealing, competing, passing, recognising, rewarding
from app.demo.cast import Cast

BEGINS = clock.at_local(date(2026, 6, 15), 9)


def unfold(cast: Cast) -> None:
    """Tell the season up to `BEGINS`."""
    rewarding.switch_on_policy(cast, clock.at_local(date(2026, 3, 2), 9))
    recognising.file_programme(cast)
    competing.decide_municipal(cast)
    recognising.recognise_staff(cast)
    rewarding.publish_world_skills(cast)
    rewarding.move_claims(cast)
    appealing.revise_fitters(cast)
    competing.mark_county(cast)
    competing.open_enterprise(cast)
    competing.decode_trials(cast)
    appealing.appeal_about_electricians(cast)
    passing.until(BEGINS)
