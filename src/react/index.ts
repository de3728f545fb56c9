"use client";
/** Channels in React 18 and 19. */
export {};
