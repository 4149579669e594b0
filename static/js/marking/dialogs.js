/* Dialogs that also open where a browser does not know <dialog> (Safari before 15.4): there they are boxes like others, which the
   stylesheet places, and their forms close them here. */

export function openDialog(dialog) {
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute("open", "");
}

export function closeDialog(dialog) {
  if (dialog.close) dialog.close();
  else dialog.removeAttribute("open");
}

document.addEventListener("submit", (event) => {
  const dialog = event.target.closest("dialog");
  if (!dialog || dialog.showModal || event.target.getAttribute("method") !== "dialog") return;
  event.preventDefault();
  closeDialog(dialog);
});
