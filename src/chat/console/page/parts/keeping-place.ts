/** Reads what stands above in a list; what was on screen stays there. A failure leaves the list as it is. */
export const keepingPlace = async (list: HTMLElement | null, read: () => Promise<void>): Promise<void> => {
  const fromEnd = list === null ? 0 : list.scrollHeight - list.scrollTop;
  await read().catch(() => undefined);
  requestAnimationFrame(() => {
    if (list !== null) list.scrollTop = list.scrollHeight - fromEnd;
  });
};
