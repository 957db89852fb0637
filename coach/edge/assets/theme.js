/* Sets the theme the runner chose before anything is painted, so that the page never flashes in another one. */
'use strict';
try {
  const chosen = localStorage.getItem('coach-theme');
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch { /* a browser that keeps nothing: the laptop's theme is in force */ }
