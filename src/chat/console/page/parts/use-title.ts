import { useEffect } from 'preact/hooks';

/** The window's title while a part is shown. */
export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = `${title} · Quarterdeck`;
  }, [title]);
};
