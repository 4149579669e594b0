/* What every page does in the browser, beyond links and forms.  Nothing here is needed to get the work done:
   without this file pages still submit; they are only less forgiving.

   data-keep          (form)    what is typed survives an expired session, in this tab
   data-private       (field)   never kept: identity and bank numbers
   data-once          (form)    sent once, however often the button is pressed
   data-warn          (form)    asks before a page with unsaved input is left
   data-forgets-drafts (form)   signing out throws kept input away, and what a marking tablet took along of the day
   data-copy          (button)  copies its value
   data-row-link      (link)    a click anywhere in its table row follows it
   data-until         (element) counts down to a moment by the server's clock (data-now), then says data-over
   data-focus-first             takes the focus when the page opens */

const PREFIX = "draft:";
const NEVER_KEPT = new Set(["password", "file", "hidden", "submit", "button", "reset", "image"]);

/* Storage may be full or forbidden by the browser; a page that cannot keep a draft must still work. */
const store = {
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      /* not kept */
    }
  },
  drop(key) {
    try {
      sessionStorage.removeItem(key);
    } catch {
      /* was not kept */
    }
  },
  drafts() {
    try {
      return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  },
};

/* ── drafts ── */

const isKept = (control) => control.name && !NEVER_KEPT.has(control.type) && !control.matches("[data-private], [data-private] *");

const keyOf = (form) => `${PREFIX}${location.pathname}#${form.dataset.keep || new URL(form.action).pathname}`;

function valuesOf(form) {
  const kept = [...form.elements].filter(isKept);
  return kept.map((control) => [control.name, control.type === "checkbox" || control.type === "radio" ? [control.value, control.checked] : control.value]);
}

function fill(form, values) {
  const controls = [...form.elements].filter(isKept);
  let changed = false;
  values.forEach(([name, value], index) => {
    const control = controls[index];
    if (!control || control.name !== name) return;
    if (Array.isArray(value)) {
      if (control.value === value[0] && control.checked !== value[1]) {
        control.checked = value[1];
        changed = true;
      }
    } else if (control.value !== value) {
      control.value = value;
      changed = true;
    }
  });
  return changed;
}

function forgetDrafts() {
  store.drafts().forEach((key) => store.drop(key));
  try {
    localStorage.removeItem("marking-account"); /* whose day the desk may show without a network; what waits to be sent stays */
  } catch {
    /* was not kept */
  }
}

/* A draft is marked as sent when its form is submitted.  If the answer is a page that keeps drafts (an error, the
   sign-in page) the submission did not arrive and the mark is taken back; any other page means it did. */
function settleSentDrafts() {
  const submissionFailed = document.body.hasAttribute("data-keeps-drafts");
  for (const key of store.drafts()) {
    const draft = store.read(key);
    if (!draft?.sent) continue;
    if (submissionFailed) store.write(key, { ...draft, sent: false });
    else store.drop(key);
  }
}

/* The next person at this machine does not get the last one's draft. */
function forgetDraftsOfOthers() {
  const account = document.body.dataset.account;
  if (!account) return;
  for (const key of store.drafts()) if (store.read(key)?.account !== account) store.drop(key);
}

/* The message's button is a reset button: it takes the form back to what the server sent. */
function sayRestored(form) {
  const notice = document.querySelector("#draft-restored").content.cloneNode(true).firstElementChild;
  const place = form.querySelector(".modal-body") ?? form;
  place.prepend(notice);
  form.addEventListener("reset", () => notice.remove(), { once: true });
}

function keepDraft(form) {
  const key = keyOf(form);
  const draft = store.read(key);
  if (draft && fill(form, draft.values)) sayRestored(form);
  const save = (sent) => store.write(key, { account: document.body.dataset.account ?? "", values: valuesOf(form), sent });
  form.addEventListener("input", () => save(false));
  form.addEventListener("submit", () => save(true));
  form.addEventListener("reset", () => store.drop(key));
}

/* ── forms ── */

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    event.submitter?.classList.add("is-sending");
  });
}

function warnBeforeLeaving(form) {
  const before = () => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  const untouched = before();
  let sending = false;
  form.addEventListener("submit", () => {
    sending = true;
  });
  addEventListener("beforeunload", (event) => {
    if (!sending && form.isConnected && before() !== untouched) event.preventDefault();
  });
}

/* A page taken back from the browser's cache must be usable again. */
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelectorAll(".is-sending").forEach((button) => button.classList.remove("is-sending"));
  }
});

/* ── small conveniences ── */

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    /* Plain HTTP on an intranet has no clipboard: leave the code selected, so that one key copies it. */
    getSelection().selectAllChildren(button.previousElementSibling);
    return;
  }
  const icon = button.querySelector(".bi");
  const label = button.getAttribute("aria-label");
  icon.classList.replace("bi-clipboard", "bi-check-lg");
  button.setAttribute("aria-label", button.dataset.copied);
  setTimeout(() => {
    icon.classList.replace("bi-check-lg", "bi-clipboard");
    button.setAttribute("aria-label", label);
  }, 2000);
}

function followRow(event) {
  const row = event.target.closest("tr.has-link");
  if (!row || event.target.closest("a, button, input, select, textarea, label") || String(getSelection())) return;
  const link = row.querySelector("a[data-row-link]");
  if (event.ctrlKey || event.metaKey) open(link.href, "_blank", "noopener");
  else link.click();
}

/* The server's clock counts, not this machine's: only how long the page has been open is measured here. */
function countDown(element) {
  const left = (Date.parse(element.dataset.until) - Date.parse(element.dataset.now)) / 1000;
  const opened = performance.now();
  const two = (number) => String(number).padStart(2, "0");
  const show = () => {
    const seconds = Math.round(left - (performance.now() - opened) / 1000);
    if (!element.isConnected || seconds <= 0) {
      element.textContent = element.dataset.over;
      clearInterval(timer);
      return;
    }
    element.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  };
  const timer = setInterval(show, 1000);
  show();
}

/* A table that renews itself stays where its reader has moved it; the focus within it comes back by itself, that of its frame does not. */
let stood = null;
function rememberWhereItStood(part) {
  const frame = part.id ? part.querySelector(".data-table") : null;
  stood = frame && { id: part.id, left: frame.scrollLeft, top: frame.scrollTop, hadFocus: frame === document.activeElement };
}
function putBackWhereItStood() {
  const frame = stood && document.getElementById(stood.id)?.querySelector(".data-table");
  if (!frame) return;
  frame.scrollLeft = stood.left;
  frame.scrollTop = stood.top;
  if (stood.hadFocus) frame.focus({ preventScroll: true });
  stood = null;
}

/* What has to be done again for content that htmx brought in. */
function prepare(root) {
  root.querySelectorAll("form[data-keep]").forEach(keepDraft);
  root.querySelectorAll("form[data-once]").forEach(sendOnce);
  root.querySelectorAll("form[data-warn]").forEach(warnBeforeLeaving);
  root.querySelectorAll("[data-until]").forEach(countDown);
  root.querySelectorAll("a[data-row-link]").forEach((link) => link.closest("tr")?.classList.add("has-link"));
  root.querySelector("[data-focus-first]")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  followRow(event);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forgets-drafts]")) forgetDrafts();
});

document.addEventListener("shown.bs.modal", (event) => event.target.querySelector("textarea, input:not([type=hidden])")?.focus());

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});
document.addEventListener("htmx:beforeSwap", (event) => rememberWhereItStood(event.detail.target));
document.addEventListener("htmx:afterSwap", (event) => {
  prepare(event.detail.elt);
  putBackWhereItStood();
});

forgetDraftsOfOthers();
settleSentDrafts();
prepare(document);
const tabs = document.querySelector(".nav-tabs");
const tab = tabs?.querySelector(".active");
if (tab) tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2; // on a phone they are a strip
