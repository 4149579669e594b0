/* The sum of a scheme while it is typed, in hundredths so that it is exact; and only the fields that a method of marking has. */

const hundredths = (text) => (/^\d+(\.\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text) * 100) : 0);
const shown = (number) => (number / 100).toFixed(2);

for (const form of document.querySelectorAll("form[data-sum], form[data-others]")) {
  const others = hundredths(form.dataset.others ?? "0");
  const target = hundredths(form.dataset.target ?? "100");
  const line = form.querySelector(".live-sum");
  const add = () => {
    const sumOf = (fields) => [...form.querySelectorAll(fields)].reduce((sum, field) => sum + hundredths(field.value), 0);
    const own = sumOf("[data-addend]");
    const weights = sumOf("[data-weight]");
    const ownSum = form.querySelector("[data-own-sum]");
    if (ownSum) ownSum.textContent = shown(own);
    form.querySelector("[data-sum-shown]").textContent = shown(weights || own + others);
    line.classList.toggle("is-wrong", (weights || own + others) !== target);
  };
  form.addEventListener("input", add);
  add();
}

for (const line of document.querySelectorAll("[data-line]")) {
  const method = line.querySelector("[data-method]");
  method.addEventListener("change", () => {
    for (const part of line.querySelectorAll("[data-methods]")) part.hidden = !part.dataset.methods.split(" ").includes(method.value);
  });
}
