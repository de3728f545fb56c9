/** What follows from a render, once it is committed. */
import { useEffect, useLayoutEffect } from "react";

/**
 * Runs before anybody sees the page, and before other effects. On a server no effect runs, but React 18 warns of this one; where
 * there is no document otherwise, as in React Native, an effect is early enough: it runs before the next render.
 */
export const useCommit = typeof document === "undefined" ? useEffect : useLayoutEffect;
