/* Before the page is drawn: the colours that the reader chose last time. Without a choice the system's hold. */
"use strict";
(function () {
  try {
    const chosen = localStorage.getItem("ssemon-theme");
    if (chosen === "dark" || chosen === "light") {
      document.documentElement.dataset.theme = chosen;
    }
  } catch (refused) {
    /* A browser that keeps nothing: the system's colours hold. */
  }
})();
