/* Showing the tablet to others: nothing on it can be changed, nobody else's scores are seen, and only a long press ends it. */

const KEY = "marking-showing";
const HOLD_MS = 2000;

const locked = () => document.querySelectorAll("[data-desk-bar], main, [data-desk-foot]");

function set(on) {
  document.body.classList.toggle("is-showing", on);
  locked().forEach((part) => {
    for (const each of part.querySelectorAll("a, button, input, textarea, select, summary, label")) each.inert = on;
  });
  document.querySelector("[data-show-cover]").hidden = !on;
  try {
    if (on) sessionStorage.setItem(KEY, "yes");
    else sessionStorage.removeItem(KEY);
  } catch {
    /* a forbidden storage: a reload ends it */
  }
  if (on) document.querySelector("[data-show-leave]").focus();
}

export const isShowing = () => document.body.classList.contains("is-showing");

export function startShow() {
  const begin = document.querySelector("[data-show-begin]");
  const leave = document.querySelector("[data-show-leave]");
  if (!begin || !leave) return;
  begin.addEventListener("click", () => set(true));
  let timer = 0;
  const press = () => {
    leave.classList.add("is-held");
    timer ||= setTimeout(() => {
      timer = 0;
      leave.classList.remove("is-held");
      set(false);
      begin.focus();
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
  try {
    if (sessionStorage.getItem(KEY)) set(true);
  } catch {
    /* was not kept */
  }
}
