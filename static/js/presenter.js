// Leading a ceremony: a clicker, the keyboard and swipes press the buttons; the server holds the step, so that a second tablet and
// the hall's screen always show the same.  Keys are taken one after the other, however fast they come.

const KEYS = { PageDown: "forth", ArrowRight: "forth", ArrowDown: "forth", " ": "forth", Enter: "forth", PageUp: "back", ArrowLeft: "back", ArrowUp: "back", ".": "pause", b: "pause", B: "pause" };
const LOOK_EVERY = 1000;
const SWIPE = 60; // pixels

const presenter = () => document.getElementById("presenter");
const waiting = [];
let isBusy = false;

function say(isLost) {
  presenter().querySelector(".presenter-lost").hidden = !isLost;
}

function swap(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("presenter");
  if (!fresh) return location.reload();
  const changed = fresh.dataset.running !== presenter().dataset.running || fresh.dataset.atEnd !== presenter().dataset.atEnd;
  presenter().replaceWith(fresh);
  if (changed) location.reload(); // the buttons of the procedure above change with it
}

async function press(step) {
  const form = presenter().querySelector(`[data-step=${step}]`);
  if (!form || form.querySelector("button").disabled) return;
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (answer.ok) swap(await answer.text());
  else swap(await (await fetch(location.href)).text()); // another tablet was first: show where it is now
}

async function work() {
  if (isBusy) return;
  isBusy = true;
  while (waiting.length) {
    try {
      await press(waiting[0]);
      waiting.shift();
      say(false);
    } catch {
      say(true);
      waiting.length = 0;
    }
  }
  isBusy = false;
}

function want(step) {
  waiting.push(step);
  work();
}

async function look() {
  if (presenter().dataset.running && !isBusy) {
    try {
      const { version } = await (await fetch(presenter().dataset.check, { headers: { Accept: "application/json" } })).json();
      say(false);
      if (String(version) !== presenter().dataset.version && !isBusy) swap(await (await fetch(location.href)).text());
    } catch {
      say(true);
    }
  }
  setTimeout(look, LOOK_EVERY);
}

document.addEventListener("keydown", event => {
  const step = KEYS[event.key];
  if (!step || event.repeat || event.target.closest("input, textarea, select, dialog, a, .modal, .page-head button")) return;
  event.preventDefault();
  want(step);
});
document.addEventListener("submit", event => {
  const form = event.target.closest("[data-step]");
  if (!form) return;
  event.preventDefault();
  want(form.dataset.step);
});

let from = null;
document.addEventListener("touchstart", event => { from = event.touches.length === 1 && presenter().contains(event.target) ? event.touches[0] : null; }, { passive: true });
document.addEventListener("touchend", event => {
  if (!from) return;
  const across = event.changedTouches[0].clientX - from.clientX;
  const along = Math.abs(event.changedTouches[0].clientY - from.clientY);
  if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * along) want(across < 0 ? "forth" : "back");
  from = null;
});
look();
