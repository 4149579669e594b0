"""What this slice adds to the office."""

from __future__ import annotations

from app.core.slices import NavigationEntry, Slice
from app.seals.views import pages
from workflows.roles import Role
from workflows.text import Text

SEALS = Slice(
    "seals",
    blueprints=(pages,),
    navigation=(NavigationEntry(Text("印章和签名", "Seals and signatures"), "seals.seals", "postage", (Role.SEAL_KEEPER, Role.AUDITOR)),),
    action_titles={
        "hand_in_seal": Text("录入印章（签名）", "Seal or signature handed in"),
        "use_seal": Text("用印", "Seal used"),
        "take_seal_off": Text("取消用印", "Seal taken off"),
        "withdraw_seal": Text("停用印章（签名）", "Seal or signature withdrawn"),
    },
)
