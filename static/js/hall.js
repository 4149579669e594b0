// The hall's screen: asks every second whether anything changed, turns its pages by itself, and keeps the last picture when the
// network is gone.  What it shows is drawn by the server; this only swaps it and turns it.

const EVERY = 1000;
const TURN = 10000;
const GIVE_UP = 4000;

const body = document.body;
const clock = document.getElementById("clock");
const lost = document.getElementById("lost");
const turning = document.getElementById("turning");
const pause = document.getElementById("pause");
const whole = document.getElementById("whole");

let etag = null;
let offset = 0; // what the server's clock is ahead of ours, in milliseconds
let seen = Date.now();
let pages = [];
let here = 0;
let isPaused = false;
let turned = Date.now();

const main = () => document.getElementById("board");
const timeOf = moment => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(moment);

// A page is as many rows of one board as the screen holds; a board without a table is one page.
function layOut() {
  const room = main().getBoundingClientRect();
  pages = [];
  for (const board of main().querySelectorAll(".hall-board")) {
    board.classList.add("is-shown");
    const rows = [...board.querySelectorAll("tbody tr")];
    rows.forEach(row => { row.hidden = false; });
    const from = rows.length ? rows[0].getBoundingClientRect().top : 0;
    const height = rows.length ? Math.max(...rows.slice(0, 40).map(row => row.getBoundingClientRect().height)) : 1;
    const fit = Math.max(1, Math.floor((room.bottom - from) / height));
    board.classList.remove("is-shown");
    for (let start = 0; start === 0 || start < rows.length; start += fit) pages.push({ board, rows, start, end: start + fit });
  }
}

function show(number) {
  if (!pages.length) return;
  here = (number + pages.length) % pages.length;
  const page = pages[here];
  for (const board of main().querySelectorAll(".hall-board")) board.classList.toggle("is-shown", board === page.board);
  page.rows.forEach((row, index) => { row.hidden = index < page.start || index >= page.end; });
  turning.textContent = pages.length > 1 ? `${here + 1} / ${pages.length}` : "";
  for (const id of ["previous", "next", "pause"]) document.getElementById(id).hidden = pages.length < 2;
  turned = Date.now();
}

function refresh() {
  const shown = pages[here] && { board: pages[here].board.dataset.board, start: pages[here].start };
  layOut();
  const same = shown ? pages.findIndex(page => page.board.dataset.board === shown.board && page.start <= shown.start && shown.start < page.end) : 0;
  const before = turned;
  show(Math.max(0, same));
  if (shown) turned = before;
}

async function ask() {
  const cancel = new AbortController();
  const patience = setTimeout(() => cancel.abort(), GIVE_UP);
  try {
    const answer = await fetch(location.href, { credentials: "omit", cache: "no-cache", signal: cancel.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    seen = Date.now();
    offset = Date.parse(answer.headers.get("Date") || "") - seen || 0;
    lost.hidden = true;
    if (answer.headers.get("ETag") !== etag) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
      const first = etag === null;
      etag = answer.headers.get("ETag");
      if (fresh && !first) {
        main().replaceWith(fresh);
        refresh();
      }
    }
  } catch {
    lost.hidden = false;
    lost.textContent = `${lost.dataset.words} ${timeOf(seen + offset)}`;
  } finally {
    clearTimeout(patience);
  }
}

function setPaused(paused) {
  isPaused = paused;
  pause.setAttribute("aria-pressed", String(paused));
  const words = pause.dataset.paused;
  pause.dataset.paused = pause.textContent;
  pause.textContent = words;
  turned = Date.now();
}

async function every() {
  clock.textContent = timeOf(Date.now() + offset);
  clock.dateTime = new Date(Date.now() + offset).toISOString();
  if (!isPaused && pages.length > 1 && Date.now() - turned >= TURN) show(here + 1);
  await ask();
  setTimeout(every, EVERY - (Date.now() % EVERY));
}

pause.addEventListener("click", () => setPaused(!isPaused));
document.getElementById("previous").addEventListener("click", () => show(here - 1));
document.getElementById("next").addEventListener("click", () => show(here + 1));
whole.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
document.addEventListener("keydown", event => {
  if (event.target.closest("button") && (event.key === " " || event.key === "Enter")) return;
  const moves = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
  if (event.key in moves) show(here + moves[event.key]);
  else if (event.key === " ") setPaused(!isPaused);
  else return;
  event.preventDefault();
});
addEventListener("resize", refresh);

body.classList.add("is-running");
refresh();
every();
