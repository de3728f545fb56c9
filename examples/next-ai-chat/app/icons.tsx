/** Drawings of a few strokes, in the colour of the text around them. */

/** The mark of the bosun. */
export const Anchor = ({ size = 20 }: { readonly size?: number }) => (
  <svg className="anchor" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
    <circle cx="12" cy="4.75" r="2.25" />
    <path d="M12 7v14M8 11h8M3.5 13.5C4 18 7.5 21 12 21s8-3 8.5-7.5" />
  </svg>
);

export const Arrow = () => (
  <svg width="18" height="18" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M12 19V5m-6 6 6-6 6 6" />
  </svg>
);

export const Square = () => (
  <svg width="14" height="14" viewBox="0 0 24 24" aria-hidden="true">
    <rect x="3" y="3" width="18" height="18" rx="4" fill="currentColor" />
  </svg>
);

export const Plus = () => (
  <svg width="16" height="16" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M12 5v14m-7-7h14" />
  </svg>
);
