/* The practice sheet, marked with the desk's own code: the total goes along, and the office says what each value comes to.  Nothing is kept. */

import { Sheet } from "./marking/sheet.js";

const form = document.querySelector("form[data-practice]");
let asked = 0;

/* What the page says as a form: "not attempted" stands in no field where a number is asked for. */
function given(sheet) {
  const content = new FormData(form);
  for (const place of sheet.places) content.set(`value-${place.dataset.aspect}`, place.dataset.value);
  return content;
}

async function ask(sheet) {
  asked += 1;
  const mine = asked;
  const answer = await fetch(form.action, { method: "POST", body: given(sheet), headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || mine !== asked) return;
  for (const { aspect, mark, refusal } of (await answer.json()).aspects) {
    const card = sheet.card(aspect);
    card.querySelector("[data-mark]").textContent = mark;
    const said = card.querySelector("[data-refusal]");
    said.hidden = !refusal;
    said.querySelector("span").textContent = refusal ?? "";
  }
  sheet.draw();
}

const sheet = new Sheet(form, { practice: ask });
sheet.start();
form.addEventListener("submit", () => {
  for (const place of sheet.places) {
    const field = place.querySelector("input[type=text]");
    if (field && place.dataset.value === "n") field.value = "n";
  }
});
