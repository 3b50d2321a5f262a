/** Keeps the page as tall as what the phone's keyboard leaves: some browsers lay the keyboard over the page. */
export const followKeyboard = (): void => {
  const view = window.visualViewport;
  if (view === null) return;
  const adapt = (): void => {
    if (view.scale > 1.05) return; // enlarged by two fingers: the page stays as it is
    const root = document.documentElement;
    const covered = window.innerHeight - view.height;
    root.style.setProperty('--view-height', `${view.height}px`);
    root.style.setProperty('--view-top', `${view.offsetTop}px`);
    root.classList.toggle('keyboard', covered > 150);
  };
  view.addEventListener('resize', adapt);
  view.addEventListener('scroll', adapt);
  adapt();
};
