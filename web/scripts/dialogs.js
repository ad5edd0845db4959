// Links to a dialog open it above the page; menus close when one looks elsewhere.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("a[data-dialog]");
  const dialog = opener && document.querySelector(opener.hash);
  if (dialog) {
    event.preventDefault();
    leaveMenu(opener);
    dialog.showModal();
  }
  const closer = event.target.closest("dialog[open] a[data-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu-box[open]")) {
    if (menu !== except) menu.open = false;
  }
}

// A dialog gives the focus back to where it was; what stands in a closed menu cannot take it.
function leaveMenu(item) {
  const menu = item.closest("details.menu-box");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu-box")));

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu-box[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
