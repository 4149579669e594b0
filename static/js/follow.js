// The hall's screen during a ceremony: it follows the step that the server holds, and keeps its picture when the network is gone.

const EVERY = 400;
const GIVE_UP = 4000;

const lost = document.getElementById("lost");
let etag = null;
let seen = Date.now();

async function ask() {
  const cancel = new AbortController();
  const patience = setTimeout(() => cancel.abort(), GIVE_UP);
  try {
    const answer = await fetch(location.href, { credentials: "omit", cache: "no-cache", signal: cancel.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    seen = Date.now();
    lost.hidden = true;
    if (answer.headers.get("ETag") !== etag) {
      etag = answer.headers.get("ETag");
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
      if (fresh && fresh.outerHTML !== document.getElementById("board").outerHTML) document.getElementById("board").replaceWith(fresh);
    }
  } catch {
    lost.hidden = false;
    lost.textContent = `${lost.dataset.words} ${new Date(seen).toLocaleTimeString("zh-CN", { hour12: false })}`;
  } finally {
    clearTimeout(patience);
    setTimeout(ask, EVERY);
  }
}

document.addEventListener("keydown", event => {
  if (event.key === "f" || event.key === "F") document.documentElement.requestFullscreen();
});
document.addEventListener("dblclick", () => document.documentElement.requestFullscreen());
ask();
