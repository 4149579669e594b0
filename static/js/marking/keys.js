/* The whole sheet with the keyboard: digits score, arrows move, Enter goes on.  Nothing here takes a key from a field being typed in. */

import { closeDialog, openDialog } from "./dialogs.js";

const isTyping = (target) => target.matches("textarea, select, input:not([type=radio])");

/* `here` answers with the sheet on the page, or null. */
export function startKeys(here) {
  document.addEventListener("keydown", (event) => {
    const sheet = here();
    const help = document.querySelector("#desk-keys");
    if (event.ctrlKey || event.metaKey || event.altKey || document.body.classList.contains("is-showing")) return;
    if (!sheet) return;
    if (event.key === "?" && !event.target.matches("textarea")) {
      event.preventDefault();
      if (help.hasAttribute("open")) closeDialog(help);
      else openDialog(help);
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) {
      if (event.key === "Enter" && event.target.matches("[data-place] input")) {
        event.preventDefault();
        event.target.dispatchEvent(new Event("change", { bubbles: true }));
        if (event.target.validity.valid) onwards(sheet, event.target);
      }
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (taken(sheet, event)) event.preventDefault();
  });
}

function onwards(sheet, field) {
  field?.blur();
  if (!sheet.goToLeft()) document.querySelector("[data-sign] button")?.focus();
}

function taken(sheet, event) {
  const { key, target } = event;
  if (/^[0-9]$/.test(key)) return sheet.digit(key);
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case "ArrowDown":
    case "j":
      sheet.move(1);
      return true;
    case "ArrowUp":
    case "k":
      sheet.move(-1);
      return true;
    case "ArrowLeft":
    case "ArrowRight":
      return beside(target, key === "ArrowRight" ? 1 : -1);
    case "n":
      sheet.notAttempted();
      return true;
    case "Enter":
      if (target.closest("a, button, summary, label")) return false;
      onwards(sheet);
      return true;
    case "[":
    case "]":
      return follow(key === "[" ? "previous" : "next");
    default:
      return false;
  }
}

/* From one button of an aspect to the next without giving a value; the space bar gives it. */
function beside(target, by) {
  if (!target.matches("input[type=radio]")) return false;
  const radios = [...target.closest("[data-place]").querySelectorAll("input[type=radio]")];
  radios[(radios.indexOf(target) + by + radios.length) % radios.length].focus();
  return true;
}

function follow(where) {
  const link = document.querySelector(`[data-step-to="${where}"][href]`);
  link?.click();
  return Boolean(link);
}
