/* Covered: nothing on the tablet can be changed and nobody else's scores are seen.  While it is shown to others, until a long press or,
   where this device is set so, the judge's PIN ends it; and while nobody has touched it and no server can sign the judge out. */

import { asksForPin, signOut, word } from "./device.js";
import { queue } from "./queue.js";

const KEY = "marking-showing";
const HOLD_MS = 2000;

const cover = document.querySelector("[data-show-cover]");
const leave = document.querySelector("[data-show-leave]");
const proof = document.querySelector("[data-show-proof]");
const said = document.querySelector("[data-show-said]");

const beneath = () => [...document.querySelectorAll("a, button, input, textarea, select, summary, label")].filter((each) => !cover.contains(each));

/* Which cover lies on the page: "show", "idle", or "" for none. */
export const covered = () => document.body.dataset.covered ?? "";
export const isShowing = () => covered() !== "";

export function setCover(why) {
  document.body.dataset.covered = why;
  document.body.classList.toggle("is-showing", Boolean(why));
  for (const each of beneath()) each.inert = Boolean(why);
  for (const part of cover.querySelectorAll("[data-cover]")) part.hidden = part.dataset.cover !== why;
  const isByPin = why === "show" && asksForPin();
  proof.hidden = !isByPin;
  leave.hidden = isByPin;
  said.textContent = "";
  cover.hidden = !why;
  try {
    if (why) sessionStorage.setItem(KEY, why);
    else sessionStorage.removeItem(KEY);
  } catch {
    /* a forbidden storage: a reload ends it */
  }
  if (why) (isByPin ? proof.elements.pin : leave).focus();
}

export function startShow() {
  if (!cover) return;
  document.querySelector("[data-show-begin]")?.addEventListener("click", () => setCover("show"));
  startHolding();
  proof.addEventListener("submit", (event) => {
    event.preventDefault();
    prove();
  });
  try {
    const before = sessionStorage.getItem(KEY);
    if (before) setCover(before);
  } catch {
    /* was not kept */
  }
}

function uncover() {
  setCover("");
  document.querySelector("[data-show-begin]")?.focus();
}

function startHolding() {
  let timer = 0;
  const press = () => {
    leave.classList.add("is-held");
    timer ||= setTimeout(() => {
      timer = 0;
      leave.classList.remove("is-held");
      uncover();
    }, HOLD_MS);
  };
  const release = () => {
    clearTimeout(timer);
    timer = 0;
    leave.classList.remove("is-held");
  };
  leave.addEventListener("pointerdown", press);
  for (const end of ["pointerup", "pointerleave", "pointercancel", "blur"]) leave.addEventListener(end, release);
  leave.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && press());
  leave.addEventListener("keyup", release);
  leave.addEventListener("contextmenu", (event) => event.preventDefault());
}

/* The server says whether the PIN is right.  Where it cannot be asked the long press is left; one that was closed by wrong tries, or a
   session that has ended, leaves the password only. */
async function prove() {
  const { pin } = proof.elements;
  const answer = await queue.post("/marking/pin/proof", JSON.stringify({ pin: pin.value }), "application/json");
  pin.value = "";
  if (answer?.ok && answer.body.fits) {
    uncover();
  } else if (answer?.ok && answer.body.closed) {
    setCover("");
    signOut();
  } else if (queue.net === "signed-out") {
    setCover("");
    location.reload();
  } else if (answer) {
    said.textContent = word("pin-wrong");
    pin.focus();
  } else if (queue.net === "offline") {
    said.textContent = word("pin-offline");
    proof.hidden = true;
    leave.hidden = false;
  }
}
