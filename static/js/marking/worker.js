/* The desk without a network.  The server puts VERSION and FILES before this: another version (of a file, of a
   page, in another language) is another cache.

   Pages below /marking come from the server while it answers; when it does not, or not in time, the empty shell page opens, and
   draws from what the device has kept.  Nothing that names anybody is ever in this cache. */

const CACHE = `marking-${VERSION}`;
const SHELL = "/marking/shell";
const PATIENCE_MS = 8000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([...FILES, SHELL].map((address) => new Request(address, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith("marking-") && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (FILES.includes(address.pathname)) event.respondWith(file(request));
});

async function page(request) {
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    if (answer.status < 502 || answer.status > 504) return answer;
  } catch {
    /* no network, or too slow to wait for */
  } finally {
    clearTimeout(patience);
  }
  return (await caches.match(SHELL)) ?? Response.error();
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}
