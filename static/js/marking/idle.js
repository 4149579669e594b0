/* A tablet that nobody touches is signed out.  Without a network no server can do that: it is covered until its judge goes on, and
   signed out when the network is back first. */

import { session, signOut } from "./device.js";
import { queue } from "./queue.js";
import { covered, setCover } from "./show.js";

const LOOK_MS = 15000;

export function signOutWhenIdle() {
  let last = Date.now();
  const touched = () => (last = Date.now());
  for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, touched, { passive: true });
  setInterval(async () => {
    if (!session.idleMinutes || Date.now() - last < session.idleMinutes * 60000) return;
    if (await queue.isMine()) signOut();
    else if (queue.net === "offline" && !covered()) setCover("idle");
  }, LOOK_MS);
}
